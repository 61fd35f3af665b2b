import { getTestEndpoint } from "@/server/services/test-endpoint/get-test-endpoint";
import { projectProcedure, router } from "../init";

export const testEndpointRouter = router({
  get: projectProcedure.query(({ ctx }) => getTestEndpoint(ctx.project)),
});
