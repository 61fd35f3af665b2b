import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { dispatchParked, type ParkedEvent } from "@/server/services/action-delivery/parked";
import { eventNames } from "@/server/services/dispatch";

/** Calls for an action's executions that waited for a pause to end or for their turn. No steps: run twice, it finds none. */
export function dispatchParkedExecutions(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "dispatch-parked",
      name: "Paused executions",
      triggers: [{ event: eventNames.parked }],
      concurrency: { limit: 10 },
      retries: 5,
    },
    async ({ event }) => ({ dispatched: await dispatchParked(deps.ctx, event.data as ParkedEvent) }),
  );
}
