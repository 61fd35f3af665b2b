import { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import { explainTriggerForSubject } from "@/server/services/explain/explain-trigger-for-subject";
import { PageInput } from "@/server/services/keyset";
import { createTrigger } from "@/server/services/triggers/create-trigger";
import { duplicateTrigger } from "@/server/services/triggers/duplicate-trigger";
import { removeTrigger } from "@/server/services/triggers/remove-trigger";
import { setTriggerEnabled } from "@/server/services/triggers/set-trigger-enabled";
import { setTriggersEnabled } from "@/server/services/triggers/set-triggers-enabled";
import { updateTrigger } from "@/server/services/triggers/update-trigger";
import { FunnelRangeHours, getTriggerFunnel } from "@/server/services/triggers/get-trigger-funnel";
import { getTrigger } from "@/server/services/triggers/get-trigger";
import { listColumnsByUse } from "@/server/services/triggers/list-columns-by-use";
import { listTriggers } from "@/server/services/triggers/list-triggers";
import { triggerListOrderNames, triggerListStateNames } from "@/server/services/triggers/list-ordered-trigger-ids";
import { unlockTrigger } from "@/server/services/triggers/unlock-trigger";
import { findNearMisses } from "@/server/services/triggers/find-near-misses";
import { previewTrigger } from "@/server/services/triggers/preview-trigger";
import { restoreTrigger } from "@/server/services/triggers/restore-trigger";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const TriggerId = z.object({ triggerId: z.string().min(1).max(100) });

export const triggerRouter = router({
  list: projectProcedure
    .input(
      PageInput.extend({
        search: z.string().trim().max(200).optional(),
        sort: z.enum(triggerListOrderNames).optional(),
        state: z.enum(triggerListStateNames).optional(),
        actionId: z.string().max(100).optional(),
      }),
    )
    .query(({ ctx, input }) => listTriggers(ctx.project, input)),
  /** Lists the columns that most triggers filter by. */
  columnsByUse: projectProcedure
    .input(z.object({ eventSource: z.string().min(1).max(100) }))
    .query(({ ctx, input }) => listColumnsByUse(ctx.project, input)),
  get: projectProcedure.input(TriggerId).query(({ ctx, input }) => getTrigger(ctx.project, input)),
  preview: projectProcedure
    .input(
      TriggerInput.pick({ eventSource: true, filter: true, samplingRate: true, samplingBy: true }).extend({
        triggerId: z.string().min(1).max(100).optional(),
        limit: z.number().int().min(1).max(10_000).default(500),
        observationId: z.string().min(1).max(1_000).optional(),
      }),
    )
    .query(({ ctx, input, signal }) => previewTrigger(ctx.project, input, signal)),
  explain: projectProcedure
    .input(TriggerId.extend({ sourceId: z.string().min(1).max(1_000) }))
    .query(({ ctx, input, signal }) => explainTriggerForSubject(ctx.project, input, signal)),
  nearMisses: projectProcedure
    .input(TriggerId.extend({ search: z.string().trim().max(200).optional() }))
    .query(({ ctx, input, signal }) => findNearMisses(ctx.project, input, signal)),
  funnel: projectProcedure
    .input(TriggerId.extend({ hours: FunnelRangeHours.default(24) }))
    .query(({ ctx, input }) => getTriggerFunnel(ctx.project, input)),
  create: projectProcedure
    .use(limitCallsOfPerson("triggerSave"))
    .input(TriggerInput)
    .mutation(({ ctx, input }) => createTrigger(ctx.project, TriggerInput.parse(input))),
  update: projectProcedure
    .use(limitCallsOfPerson("triggerSave"))
    .input(TriggerInput.extend({ ...TriggerId.shape, version: z.number().int() }))
    .mutation(({ ctx, input }) =>
      updateTrigger(ctx.project, {
        triggerId: input.triggerId,
        version: input.version,
        trigger: TriggerInput.parse(input),
      }),
    ),
  setEnabled: projectProcedure
    .input(TriggerId.extend({ enabled: z.boolean() }))
    .mutation(({ ctx, input }) => setTriggerEnabled(ctx.project, input)),
  setEnabledMany: projectProcedure
    .input(z.object({ triggerIds: z.array(TriggerId.shape.triggerId).min(1).max(200), enabled: z.boolean() }))
    .mutation(({ ctx, input }) => setTriggersEnabled(ctx.project, input)),
  duplicate: projectProcedure
    .use(limitCallsOfPerson("triggerSave"))
    .input(TriggerId)
    .mutation(({ ctx, input }) => duplicateTrigger(ctx.project, input)),
  unlock: projectProcedure.input(TriggerId).mutation(({ ctx, input }) => unlockTrigger(ctx.project, input)),
  remove: projectProcedure.input(TriggerId).mutation(({ ctx, input }) => removeTrigger(ctx.project, input)),
  restore: projectProcedure.input(TriggerId).mutation(({ ctx, input }) => restoreTrigger(ctx.project, input)),
});
