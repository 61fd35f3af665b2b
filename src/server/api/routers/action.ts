import { z } from "zod";
import { ActionInput } from "@/server/services/actions/action-input";
import { createAction } from "@/server/services/actions/create-action";
import { duplicateAction } from "@/server/services/actions/duplicate-action";
import { removeAction } from "@/server/services/actions/remove-action";
import { SecretGracePeriod, rotateSigningSecret } from "@/server/services/actions/rotate-signing-secret";
import { setActionEnabled } from "@/server/services/actions/set-action-enabled";
import { updateAction } from "@/server/services/actions/update-action";
import { probeAction } from "@/server/services/actions/probe-action";
import { setActionPaused } from "@/server/services/actions/set-action-paused";
import { sendWaitingExecutionsNow } from "@/server/services/actions/send-waiting-executions-now";
import { listActionHealth } from "@/server/services/actions/list-action-health";
import { countLeverEffects } from "@/server/services/actions/count-lever-effects";
import { listActionTypes } from "@/server/services/actions/list-action-types";
import { getAction } from "@/server/services/actions/get-action";
import { listActions } from "@/server/services/actions/list-actions";
import { previewTemplate, PreviewTemplateInput } from "@/server/services/actions/preview-template";
import { restoreAction } from "@/server/services/actions/restore-action";
import { sendTestEvent, TestEventChoice } from "@/server/services/actions/send-test-event";
import { getActionStatistics, StatisticsRangeHours } from "@/server/services/actions/get-action-statistics";
import { listTroubledActions } from "@/server/services/actions/list-troubled-actions";
import { PageInput } from "@/server/services/keyset";
import { projectProcedure, router } from "../init";

const ActionId = z.object({ actionId: z.string().min(1).max(100) });

export const actionRouter = router({
  statistics: projectProcedure
    .input(ActionId.extend({ hours: StatisticsRangeHours.default(24) }))
    .query(({ ctx, input }) => getActionStatistics(ctx.project, input)),
  types: projectProcedure.query(({ ctx }) => listActionTypes(ctx.project)),
  troubled: projectProcedure.query(({ ctx }) => listTroubledActions(ctx.project)),
  health: projectProcedure
    .input(z.object({ actionIds: z.array(ActionId.shape.actionId).max(200).optional() }))
    .query(({ ctx, input }) => listActionHealth(ctx.project, input)),
  leverEffects: projectProcedure.input(ActionId).query(({ ctx, input }) => countLeverEffects(ctx.project, input)),
  list: projectProcedure
    .input(
      PageInput.extend({
        search: z.string().trim().max(200).optional(),
        sort: z.enum(["newest", "health"]).optional(),
        ids: z.array(z.string().max(100)).max(100).optional(),
      }),
    )
    .query(({ ctx, input }) => listActions(ctx.project, input)),
  get: projectProcedure.input(ActionId).query(({ ctx, input }) => getAction(ctx.project, input)),
  create: projectProcedure
    .input(ActionInput)
    .mutation(({ ctx, input }) => createAction(ctx.project, ActionInput.parse(input))),
  update: projectProcedure
    .input(ActionInput.extend({ ...ActionId.shape, version: z.number().int() }))
    .mutation(({ ctx, input }) =>
      updateAction(ctx.project, { actionId: input.actionId, version: input.version, action: ActionInput.parse(input) }),
    ),
  setEnabled: projectProcedure
    .input(ActionId.extend({ enabled: z.boolean() }))
    .mutation(({ ctx, input }) => setActionEnabled(ctx.project, input)),
  setPaused: projectProcedure
    .input(ActionId.extend({ paused: z.boolean() }))
    .mutation(({ ctx, input }) => setActionPaused(ctx.project, input)),
  probe: projectProcedure.input(ActionId).mutation(({ ctx, input }) => probeAction(ctx.project, input)),
  sendNow: projectProcedure.input(ActionId).mutation(({ ctx, input }) => sendWaitingExecutionsNow(ctx.project, input)),
  duplicate: projectProcedure.input(ActionId).mutation(({ ctx, input }) => duplicateAction(ctx.project, input)),
  remove: projectProcedure.input(ActionId).mutation(({ ctx, input }) => removeAction(ctx.project, input)),
  restore: projectProcedure.input(ActionId).mutation(({ ctx, input }) => restoreAction(ctx.project, input)),
  rotateSecret: projectProcedure
    .input(ActionId.extend({ grace: SecretGracePeriod }))
    .mutation(({ ctx, input }) => rotateSigningSecret(ctx.project, input)),
  // The preview is a mutation although it changes nothing: a template may not fit into the URL of a query.
  previewTemplate: projectProcedure
    .input(PreviewTemplateInput)
    .mutation(({ ctx, input }) => previewTemplate(ctx.project, input)),
  sendTest: projectProcedure
    .input(
      ActionInput.pick({ type: true, configuration: true })
        .partial()
        .extend({
          actionId: ActionId.shape.actionId.optional(),
          eventSource: z.string().max(100).optional(),
          event: TestEventChoice.optional(),
        }),
    )
    .mutation(({ ctx, input }) => sendTestEvent(ctx.project, input)),
});
