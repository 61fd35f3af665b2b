import { describeEventSources } from "@/server/services/describe-event-sources";
import { projectProcedure, router } from "../init";

export const eventSourceRouter = router({
  list: projectProcedure.query(({ ctx }) => describeEventSources(ctx.project)),
});
