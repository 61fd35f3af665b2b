import {
  getOperationalWebhook,
  OperationalWebhookInput,
  removeOperationalWebhook,
  rotateOperationalSecret,
  setOperationalWebhook,
} from "@/server/services/operational-webhook/operational-webhook";
import { projectProcedure, router } from "../init";

export const operationalWebhookRouter = router({
  get: projectProcedure.query(({ ctx }) => getOperationalWebhook(ctx.project)),
  set: projectProcedure
    .input(OperationalWebhookInput)
    .mutation(({ ctx, input }) => setOperationalWebhook(ctx.project, input)),
  rotate: projectProcedure.mutation(({ ctx }) => rotateOperationalSecret(ctx.project)),
  remove: projectProcedure.mutation(({ ctx }) => removeOperationalWebhook(ctx.project)),
});
