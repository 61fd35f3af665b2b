import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliverBatch } from "@/server/services/action-delivery";
import { dispatch, eventNames } from "@/server/services/dispatch";
import type { ExecutionEvent } from "./execute-action";

/**
 * Makes the first attempts of executions that are due at once, in runs that are shared by the executions of one
 * action: a run of its own for each would cost more than its delivery. What fails and will be tried again, and
 * what a dead endpoint holds up, goes on to runs of its own.
 */
export function executeFirstAttempts(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "execute-first-attempts",
      name: "First attempts",
      triggers: [{ event: eventNames.due }],
      batchEvents: { maxSize: 100, timeout: "1s", key: "event.data.actionId" },
      concurrency: { limit: 20 },
      retries: 10,
    },
    async ({ events, step }) => {
      const claims = events.map((event) => event.data as ExecutionEvent);
      const [first] = claims;
      if (!first) return { attempted: 0 };
      const handedOn = await step.run("attempt", () =>
        deliverBatch(deps.ctx, deps.leaseToken, {
          actionId: first.actionId,
          claims: claims.map(({ executionId, generation }) => ({ executionId, generation })),
        }),
      );
      if (handedOn.length > 0) await step.run("dispatch", () => dispatch(deps.ctx, handedOn));
      return { attempted: claims.length, handedOn: handedOn.length };
    },
  );
}
