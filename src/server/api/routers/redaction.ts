import { getRedaction } from "@/server/services/redaction/get-redaction";
import { setRedaction, SetRedactionInput } from "@/server/services/redaction/set-redaction";
import { tryRedaction, TryRedactionInput } from "@/server/services/redaction/try-redaction";
import { projectProcedure, router } from "../init";

export const redactionRouter = router({
  get: projectProcedure.query(({ ctx }) => getRedaction(ctx.project)),
  set: projectProcedure.input(SetRedactionInput).mutation(({ ctx, input }) => setRedaction(ctx.project, input)),
  /** The try-out of redaction rules is a mutation, because a query would put the sample event into the URL. */
  try: projectProcedure.input(TryRedactionInput).mutation(({ ctx, input }) => tryRedaction(ctx.project, input)),
});
