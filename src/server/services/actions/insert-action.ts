import { getActionType } from "@/domain/action/registry";
import { readPersonIdOfActor } from "@/domain/actor";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import { requireProjectBelowLimit } from "../project-limits";
import { makeSigningSecretRow } from "./make-signing-secret-row";

/** A new action. `secret` is its signing secret in clear text; null if the action type does not sign. */
export type CreatedAction = { id: string; secret: string | null };

export async function insertAction(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  action: { key?: string | null | undefined; name: string; type: string; stored: unknown },
): Promise<CreatedAction> {
  await requireProjectBelowLimit(ctx, tx, "actions");
  await requireFreeConfigurationKey(ctx, tx, { kind: "action", id: null, key: action.key });
  const id = newId("act");
  const signing = getActionType(action.type)?.hasSigningSecret === true ? makeSigningSecretRow(ctx) : null;
  await tx.actionConfiguration.create({
    data: {
      id,
      projectId: ctx.projectId,
      key: action.key ?? null,
      name: action.name,
      type: action.type,
      configuration: action.stored as Prisma.InputJsonObject,
      createdById: readPersonIdOfActor(ctx.actor),
      createdAt: ctx.now(),
      ...(signing ? { secrets: { create: signing.row } } : {}),
    },
    select: { id: true },
  });
  return { id, secret: signing?.secret ?? null };
}

/** A sentence that warns the person about the saved action, for example about its URL; null without a warning. */
export type SavedActionWarning = { warning: string | null };
