import type { ServiceContext } from "@/server/context";
import { jobRequestedEvent } from "@/server/inngest/events";

/**
 * A job to run. A pause, a resumption, a cancellation and a restart after a loss each raise `generation`. A run stops
 * if the stored job has another generation.
 */
export type JobRunRequest = { id: string; generation: number };

/** Asks the engine to run stored jobs. */
export async function requestJobRuns(ctx: ServiceContext, jobs: readonly JobRunRequest[]): Promise<void> {
  if (jobs.length === 0) return;
  await ctx.send(
    jobs.map(({ id, generation }) =>
      jobRequestedEvent.create({ v: 1, jobId: id, generation, part: 0 }, { id: `${id}:${generation}` }),
    ),
  );
}
