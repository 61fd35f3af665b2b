import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { type ActionListItem, actionRowSelect, addActionActivity } from "./action-row";

export type ActionDetail = ActionListItem & {
  secrets: { id: string; last4: string; createdAt: Date; expiresAt: Date | null }[];
};

/**
 * Returns an action without secret values. Each valid signing secret has its creation and expiry time. Readers with the
 * permission `secret:manage` also see the last four characters of each secret.
 */
export async function getAction(ctx: ProjectContext, input: { actionId: string }): Promise<ActionDetail> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.actionConfiguration.findFirst({
    where: { id: input.actionId, projectId: ctx.projectId, deletedAt: null },
    select: actionRowSelect,
  });
  if (!row) throw makeNotFoundError("action");
  const [item] = await addActionActivity(ctx, [row]);
  const secrets = await ctx.db.actionSecret.findMany({
    where: { actionId: row.id, OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now() } }] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, last4: true, createdAt: true, expiresAt: true },
  });
  const seesEnds = hasPermission(ctx, "secret:manage");
  return { ...item!, secrets: secrets.map((secret) => ({ ...secret, last4: seesEnds ? secret.last4 : "" })) };
}
