import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliverBatch } from "@/server/services/action-delivery";
import { dispatch, eventNames, type DueEvent } from "@/server/services/dispatch";

/**
 * Makes the first attempts of executions that are due at once, in runs that are shared by the executions of one
 * action: a run of its own for each would cost more than its delivery. What fails and will be tried again, and
 * what a dead endpoint holds up, goes on to runs of its own. No steps: run twice, it finds nothing left to claim.
 */
export function executeFirstAttempts(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "execute-first-attempts",
      name: "First attempts",
      triggers: [{ event: eventNames.due }],
      // An event names up to 50 executions: what one batch of observations has created for the action.
      batchEvents: { maxSize: 10, timeout: "1s", key: "event.data.actionId" },
      concurrency: { limit: 20 },
      retries: 10,
    },
    async ({ events }) => {
      const claims = events.flatMap((event) => (event.data as DueEvent).claims);
      const handedOn = await deliverBatch(deps.ctx, deps.leaseToken, claims);
      await dispatch(deps.ctx, handedOn);
      return { attempted: claims.length, handedOn: handedOn.length };
    },
  );
}
