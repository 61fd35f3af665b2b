import { NonRetriableError, type Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { pruneChunk, pruneSteps } from "@/server/services/prune";
import { makeScheduledOptions } from "./scheduled-options";

/** The most chunks of rows that one run deletes of each kind. The next run goes on. */
const CHUNKS_MAX = 50;

/**
 * Makes the function that deletes rows beyond the retention of their project, once an hour, in bounded steps. A kind
 * whose rows cannot be deleted does not keep the other kinds. The run then fails and names that kind.
 */
export function makePruneHistoryFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    { id: "prune-history", name: "Prune history", ...makeScheduledOptions("17 * * * *", 3) },
    async ({ step }) => {
      const removed: Record<string, number> = {};
      const failures: string[] = [];
      for (const kind of pruneSteps) {
        try {
          for (let chunk = 1; chunk <= CHUNKS_MAX; chunk++) {
            const { rows, more } = await step.run(`${kind}-${chunk}`, () => pruneChunk(deps.ctx, kind));
            removed[kind] = (removed[kind] ?? 0) + rows;
            if (!more) break;
          }
        } catch (error) {
          failures.push(`${kind}: ${(error as Error).message}`);
        }
      }
      if (failures.length > 0) throw new NonRetriableError(`Some rows were not deleted. ${failures.join("; ")}`);
      return removed;
    },
  );
}
