import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { triggerDraftSelect, toTriggerDraft, type TriggerDraft } from "./draft-row";

export async function getDraft(ctx: ProjectContext, input: { draftId: string }): Promise<TriggerDraft> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.triggerDraft.findFirst({
    where: { id: input.draftId, projectId: ctx.projectId },
    select: triggerDraftSelect,
  });
  if (!row) throw makeNotFoundError("draft");
  return toTriggerDraft(ctx, row);
}
