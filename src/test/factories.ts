import { randomBytes } from "node:crypto";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import { WebhookInput, toStoredWebhook } from "@/domain/action/webhook/config";
import { maskUrl } from "@/domain/action/webhook/url";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import { newId } from "@/server/ids";
import type { BatchEvent } from "@/server/services/batch-event";

export async function makeProject(
  ctx: ServiceContext,
  change: Partial<Prisma.ProjectCreateInput> = {},
): Promise<{ id: string }> {
  return ctx.db.project.create({ data: { id: newId("prj"), name: "Test project", ...change }, select: { id: true } });
}

/** Makes an event key of a project. @returns the key as senders use it; the row has only its hash */
export async function makeEventKey(
  ctx: Pick<ServiceContext, "db">,
  projectId: string,
  key = `tsk_test_${randomBytes(8).toString("hex")}`,
): Promise<string> {
  await ctx.db.eventKey.create({
    data: { id: newId("key"), projectId, name: "test", hash: sha256(key), last4: key.slice(-4) },
  });
  return key;
}

// Positional parameters, since hundreds of tests make an action and a trigger in one line each.
/* eslint-disable no-restricted-syntax */

export async function makeAction(
  ctx: ServiceContext,
  projectId: string,
  url: string,
  change: Partial<WebhookInput> = {},
): Promise<{ id: string; secret: string }> {
  const secret = makeSigningSecret(randomBytes(32));
  const stored = toStoredWebhook(WebhookInput.parse({ url, ...change }), ctx.cipher.encrypt, null);
  const { id } = await ctx.db.actionConfiguration.create({
    data: {
      id: newId("act"),
      projectId,
      name: "Test action",
      type: "webhook",
      configuration: stored as unknown as Prisma.InputJsonObject,
      secrets: { create: { id: newId("sec"), ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4) } },
    },
  });
  return { id, secret };
}

/** Writes another URL into an action's row. Neither the guard checks it, nor does a version keep the change. */
export async function pointAction(ctx: ServiceContext, actionId: string, url: string): Promise<void> {
  const { configuration } = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id: actionId } });
  const stored = { masked: maskUrl(url), ciphertext: ctx.cipher.encrypt(url) };
  await ctx.db.actionConfiguration.update({
    where: { id: actionId },
    data: { configuration: { ...(configuration as object), url: stored } },
  });
}

export type TriggerOptions = Pick<
  Partial<Prisma.TriggerConfigurationUncheckedCreateInput>,
  "samplingRate" | "delaySeconds" | "delayMode" | "capPerHour" | "status"
> & { filter?: Filter };

export async function makeTrigger(
  ctx: ServiceContext,
  projectId: string,
  actionIds: string[],
  options: TriggerOptions = {},
): Promise<{ id: string }> {
  const { filter = emptyFilter, ...rest } = options;
  return ctx.db.triggerConfiguration.create({
    data: {
      id: newId("trg"),
      projectId,
      name: "Test trigger",
      eventSource: "observation.created",
      filter: filter as unknown as Prisma.InputJsonObject,
      ...rest,
      actions: { create: actionIds.map((actionId, position) => ({ actionId, position })) },
    },
    select: { id: true },
  });
}

/* eslint-enable no-restricted-syntax */

/** A filter with one condition: the level is any of these. */
export const levelIs = (...levels: string[]): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "level", operator: "any of", value: levels }],
});

let counter = 0;

/** Makes an observation's event as the event endpoint hands it to the engine. */
export function makeEvent(
  ctx: ServiceContext,
  observation: { id: string; [field: string]: unknown },
  change: Partial<BatchEvent> = {},
): BatchEvent {
  counter += 1;
  return {
    id: `01TEST${String(counter).padStart(20, "0")}`,
    name: "observation.created",
    ts: ctx.now().getTime(),
    data: { observation },
    keyId: null,
    depth: 0,
    sanitized: false,
    receivedMicros: counter,
    place: 0,
    ...change,
  };
}
