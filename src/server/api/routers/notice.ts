import { listNotices, markNoticesRead } from "@/server/services/notices/read-notices";
import { projectProcedure, router } from "../init";

export const noticeRouter = router({
  list: projectProcedure("project:read").query(({ ctx }) => listNotices(ctx.project)),
  markRead: projectProcedure("project:read").mutation(({ ctx }) => markNoticesRead(ctx.project)),
});
