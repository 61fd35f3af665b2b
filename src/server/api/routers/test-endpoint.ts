import { getTestEndpoint } from "@/server/services/test-endpoint/get-test-endpoint";
import { projectProcedure, router } from "../init";

export const testEndpointRouter = router({
  get: projectProcedure("project:read").query(({ ctx }) => getTestEndpoint(ctx.project)),
});
