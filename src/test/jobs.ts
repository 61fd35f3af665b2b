import { runJobChunk } from "@/server/services/run-job-chunk";
import type { TestContext } from "./context";

/** Runs each running job of a project to its end. Where a job would wait, the test's clock moves on. */
export async function runJobs(ctx: TestContext, projectId: string): Promise<void> {
  const jobs = await ctx.db.job.findMany({
    where: { projectId, status: "RUNNING" },
    orderBy: { id: "asc" },
    select: { id: true, generation: true },
  });
  for (const { id, generation } of jobs)
    for (;;) {
      const next = await runJobChunk(ctx, { jobId: id, generation });
      if (!next) break;
      ctx.clock.advance(Math.max(0, Date.parse(next.nextAt) - ctx.now().getTime()));
    }
}
