import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { jobRequestedEvent } from "@/server/inngest/events";
import { runJobChunk } from "@/server/services/run-job-chunk";

/** The most chunks in one run, because a run may have a thousand steps. A following run goes on. */
const CHUNKS_MAX = 400;

/**
 * Makes the function that runs a job chunk by chunk, at its rate, until it ends. Before each chunk it reads whether a
 * person has stopped the job.
 */
export function makeRunJobFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "run-job",
      name: "Jobs",
      triggers: [jobRequestedEvent],
      concurrency: { limit: 5 },
      retries: 10,
    },
    async ({ event, step }) => {
      const { jobId, generation, part } = event.data;
      for (let chunk = 1; chunk <= CHUNKS_MAX; chunk++) {
        const next = await step.run(`chunk-${chunk}`, () => runJobChunk(deps.ctx, { jobId, generation }));
        if (!next) return { jobId, chunks: chunk };
        await step.sleepUntil(`pause-${chunk}`, next.nextAt);
      }
      const next = { v: 1, jobId, generation, part: part + 1 } as const;
      await step.sendEvent("go-on", jobRequestedEvent.create(next, { id: `${jobId}:${generation}:${next.part}` }));
      return { jobId, chunks: CHUNKS_MAX };
    },
  );
}
