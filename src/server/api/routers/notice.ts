import { listNotices, markNoticesRead } from "@/server/services/notices/read-notices";
import { projectProcedure, router } from "../init";

export const noticeRouter = router({
  list: projectProcedure.query(({ ctx }) => listNotices(ctx.project)),
  markRead: projectProcedure.mutation(({ ctx }) => markNoticesRead(ctx.project)),
});
