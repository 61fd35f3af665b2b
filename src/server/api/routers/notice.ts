import { listNotices } from "@/server/services/notices/list-notices";
import { markNoticesRead } from "@/server/services/notices/mark-notices-read";
import { projectProcedure, router } from "../init";

export const noticeRouter = router({
  list: projectProcedure.query(({ ctx }) => listNotices(ctx.project)),
  markRead: projectProcedure.mutation(({ ctx }) => markNoticesRead(ctx.project)),
});
