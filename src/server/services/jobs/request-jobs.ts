import type { ServiceContext } from "@/server/context";
import { jobRequestedEvent } from "@/server/inngest/events";

/**
 * The data of the event that asks the engine to run a job. A run ends if its generation is not the job's current one.
 */
export type StartedJob = { id: string; generation: number };

/** Asks the engine to run jobs in their current generation. */
export async function requestJobs(ctx: ServiceContext, jobs: readonly StartedJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await ctx.send(
    jobs.map(({ id, generation }) =>
      jobRequestedEvent.create({ v: 1, jobId: id, generation, part: 0 }, { id: `${id}:${generation}` }),
    ),
  );
}
