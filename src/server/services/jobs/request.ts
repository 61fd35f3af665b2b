import type { ServiceContext } from "@/server/context";
import { jobRequested } from "@/server/inngest/events";

/** A job as the engine is asked for it. A run whose generation is not the job's any more ends. */
export type StartedJob = { id: string; generation: number };

/** Asks the engine to run jobs, as they are now. */
export async function requestJobs(ctx: ServiceContext, jobs: readonly StartedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await ctx.send(
    jobs.map(({ id, generation }) =>
      jobRequested.create({ v: 1, jobId: id, generation, part: 0 }, { id: `${id}:${generation}` }),
    ),
  );
}
