import { z } from "zod";
import { ShadowInput } from "@/domain/shadow";
import { PageInput } from "@/server/services/keyset";
import { deleteShadow, applyShadowToTrigger } from "@/server/services/shadows/end-shadow";
import { getShadow } from "@/server/services/shadows/get-shadow";
import { listShadowDifferences } from "@/server/services/shadows/list-shadow-differences";
import { startShadow } from "@/server/services/shadows/start-shadow";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const TriggerId = z.object({ triggerId: z.string().min(1).max(100) });
const TriggerVersion = TriggerId.extend({ version: z.number().int() });

export const shadowRouter = router({
  get: projectProcedure.input(TriggerId).query(({ ctx, input }) => getShadow(ctx.project, input)),
  differences: projectProcedure
    .input(PageInput.extend(TriggerId.shape))
    .query(({ ctx, input }) => listShadowDifferences(ctx.project, input)),
  start: projectProcedure
    .use(limitCallsOfPerson("triggerSave"))
    .input(TriggerVersion.extend({ shadow: ShadowInput }))
    .mutation(({ ctx, input }) => startShadow(ctx.project, input)),
  promote: projectProcedure
    .input(TriggerVersion)
    .mutation(({ ctx, input }) => applyShadowToTrigger(ctx.project, input)),
  drop: projectProcedure.input(TriggerVersion).mutation(({ ctx, input }) => deleteShadow(ctx.project, input)),
});
