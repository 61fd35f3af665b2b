import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { draftNotOpenError } from "./draft-not-open";
import { getDraft } from "./get-draft";

/** Discards a draft. It stays readable until it expires. */
export async function discardDraft(ctx: ProjectContext, input: { draftId: string }): Promise<void> {
  requirePermission(ctx, "trigger:write");
  const { count } = await ctx.db.triggerDraft.updateMany({
    where: { id: input.draftId, projectId: ctx.projectId, appliedAt: null, discardedAt: null },
    data: { discardedAt: ctx.now() },
  });
  if (count > 0) return ctx.live.touch(ctx.projectId, "triggers");
  throw draftNotOpenError((await getDraft(ctx, input)).state);
}
