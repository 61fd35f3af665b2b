import { getRedaction } from "@/server/services/redaction/get-redaction";
import { setRedaction, SetRedactionInput } from "@/server/services/redaction/set-redaction";
import { tryRedaction, TryRedactionInput } from "@/server/services/redaction/try-redaction";
import { projectProcedure, router } from "../init";

export const redactionRouter = router({
  get: projectProcedure.query(({ ctx }) => getRedaction(ctx.project)),
  set: projectProcedure.input(SetRedactionInput).mutation(({ ctx, input }) => setRedaction(ctx.project, input)),
  /** This is a mutation, because a query would put the sample into the URL. */
  try: projectProcedure.input(TryRedactionInput).mutation(({ ctx, input }) => tryRedaction(ctx.project, input)),
});
