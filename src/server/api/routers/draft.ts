import { z } from "zod";
import { applyDraft } from "@/server/services/drafts/apply-draft";
import { discardDraft } from "@/server/services/drafts/discard-draft";
import { getDraft } from "@/server/services/drafts/get-draft";
import { listDrafts } from "@/server/services/drafts/list-drafts";
import { PageInput } from "@/server/services/keyset";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const DraftId = z.object({ draftId: z.string().min(1).max(100) });

/** Procedures for drafts: triggers that agents propose, and that people apply. */
export const draftRouter = router({
  list: projectProcedure.input(PageInput).query(({ ctx, input }) => listDrafts(ctx.project, input)),
  get: projectProcedure.input(DraftId).query(({ ctx, input }) => getDraft(ctx.project, input)),
  accept: projectProcedure
    .use(limitCallsOfPerson("triggerSave"))
    .input(DraftId)
    .mutation(({ ctx, input }) => applyDraft(ctx.project, input)),
  discard: projectProcedure.input(DraftId).mutation(({ ctx, input }) => discardDraft(ctx.project, input)),
});
