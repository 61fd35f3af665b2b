import type { ProjectContext } from "@/server/context";
import type { Page } from "../keyset";
import { listActions, type ListActionsInput } from "./list-actions";
import type { ActionDetail } from "./get-action";

/**
 * Lists the actions of a project for the REST API, newest first. Each action comes with the creation and expiry times
 * of its signing secrets.
 */
export async function listActionDetails(ctx: ProjectContext, input: ListActionsInput): Promise<Page<ActionDetail>> {
  const page = await listActions(ctx, input);
  const rows = await ctx.db.actionSecret.findMany({
    where: {
      action: { projectId: ctx.projectId, id: { in: page.items.map(({ id }) => id) } },
      OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now() } }],
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, actionId: true, createdAt: true, expiresAt: true },
  });
  return {
    ...page,
    items: page.items.map((item) => ({
      ...item,
      secrets: rows
        .filter(({ actionId }) => actionId === item.id)
        .map(({ actionId: _actionId, ...secret }) => ({ ...secret, last4: "" })),
    })),
  };
}
