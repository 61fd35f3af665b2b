import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliverOne } from "@/server/services/action-delivery";
import { eventNames, type RequestedEvent } from "@/server/services/dispatch";

/** Attempts and postponements of one run at the most; the sweeper starts another for what is left then. */
const ROUNDS_MAX = 200;

/**
 * One execution that waits, for its delay or for a retry: sleeps until it is due, makes an attempt, and sleeps again,
 * until it is finished or cancelled. The schedule is the execution's own (see domain/retry); the function's retries
 * are for faults of ours, such as a database that is away.
 */
export function executeAction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "execute-action",
      name: "Delayed and repeated attempts",
      triggers: [{ event: eventNames.requested }],
      cancelOn: [
        {
          event: eventNames.cancelled,
          if: "async.data.executionId == event.data.executionId && async.data.generation == event.data.generation",
        },
      ],
      concurrency: { limit: 50 },
      retries: 10,
    },
    async ({ event, step }) => {
      const { executionId, generation, dueAt } = event.data as RequestedEvent;
      let due = dueAt;
      for (let round = 1; round <= ROUNDS_MAX; round++) {
        await step.sleepUntil(`due-${round}`, due);
        const verdict = await step.run(`attempt-${round}`, () =>
          deliverOne(deps.ctx, deps.leaseToken, { executionId, generation }),
        );
        if (verdict.result === "finished") return { executionId, rounds: round };
        due = verdict.at;
      }
      return { executionId, rounds: ROUNDS_MAX };
    },
  );
}
