import {
  getOperationalWebhook,
  OperationalWebhookInput,
  removeOperationalWebhook,
  rotateOperationalSecret,
  setOperationalWebhook,
} from "@/server/services/operational-webhook/operational-webhook";
import { projectProcedure, router } from "../init";

export const operationalWebhookRouter = router({
  get: projectProcedure("secret:manage").query(({ ctx }) => getOperationalWebhook(ctx.project)),
  set: projectProcedure("secret:manage")
    .input(OperationalWebhookInput)
    .mutation(({ ctx, input }) => setOperationalWebhook(ctx.project, input)),
  rotate: projectProcedure("secret:manage").mutation(({ ctx }) => rotateOperationalSecret(ctx.project)),
  remove: projectProcedure("secret:manage").mutation(({ ctx }) => removeOperationalWebhook(ctx.project)),
});
