import type { ServiceContext } from "@/server/context";
import { eventNames } from "../dispatch";

/** A job as the engine is asked for it. A run whose generation is not the job's any more ends. */
export type StartedJob = { id: string; generation: number };

/** The data of `action/job.requested`. */
export type JobEvent = {
  jobId: string;
  generation: number;
  /** of the run's continuations; 0 for the first */
  part: number;
};

/** Asks the engine to run jobs, as they are now. */
export async function requestJobs(ctx: ServiceContext, jobs: readonly StartedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await ctx.send(
    jobs.map(({ id, generation }) => ({
      id: `${id}:${generation}`,
      name: eventNames.job,
      data: { jobId: id, generation, part: 0 } satisfies JobEvent,
    })),
  );
}
