import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { type JobRow, jobSelect } from "./job-row";
import type { PersonJobKind } from "./types";

const LISTED_MAX = 50;

/**
 * Lists the latest 50 jobs of a kind in a project, newest first. With `subjectId` it lists only jobs of this trigger.
 */
export async function listJobs(ctx: ProjectContext, kind: PersonJobKind, subjectId?: string): Promise<JobRow[]> {
  requirePermission(ctx, "project:read");
  return ctx.db.job.findMany({
    where: { projectId: ctx.projectId, kind, ...(subjectId === undefined ? {} : { subjectId }) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: LISTED_MAX,
    select: jobSelect,
  });
}
