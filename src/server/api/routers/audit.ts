import { z } from "zod";
import { listAudit } from "@/server/services/list-audit";
import { PageInput } from "@/server/services/keyset";
import { projectProcedure, router } from "../init";

export const auditRouter = router({
  list: projectProcedure
    .input(
      PageInput.extend({
        noun: z
          .string()
          .regex(/^[a-zA-Z_]{1,40}$/)
          .optional(),
        targetId: z.string().max(100).optional(),
        search: z.string().trim().max(200).optional(),
      }),
    )
    .query(({ ctx, input }) => listAudit(ctx.project, input)),
});
