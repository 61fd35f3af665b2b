import { getOperationalWebhook } from "@/server/services/operational-webhook/get-operational-webhook";
import {
  OperationalWebhookInput,
  setOperationalWebhook,
} from "@/server/services/operational-webhook/set-operational-webhook";
import { removeOperationalWebhook } from "@/server/services/operational-webhook/remove-operational-webhook";
import { rotateOperationalSecret } from "@/server/services/operational-webhook/rotate-operational-secret";
import { projectProcedure, router } from "../init";

export const operationalWebhookRouter = router({
  get: projectProcedure.query(({ ctx }) => getOperationalWebhook(ctx.project)),
  set: projectProcedure
    .input(OperationalWebhookInput)
    .mutation(({ ctx, input }) => setOperationalWebhook(ctx.project, input)),
  rotate: projectProcedure.mutation(({ ctx }) => rotateOperationalSecret(ctx.project)),
  remove: projectProcedure.mutation(({ ctx }) => removeOperationalWebhook(ctx.project)),
});
