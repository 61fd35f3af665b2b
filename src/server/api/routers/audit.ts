import { listAudit } from "@/server/services/audit";
import { PageInput } from "@/server/services/keyset";
import { projectProcedure, router } from "../init";

export const auditRouter = router({
  list: projectProcedure("audit:read")
    .input(PageInput)
    .query(({ ctx, input }) => listAudit(ctx.project, input)),
});
