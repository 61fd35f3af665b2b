import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliveriesDueEvent } from "@/server/inngest/events";
import { deliverAction } from "@/server/services/deliveries/deliver-action";

/**
 * Makes the function that delivers the due executions of one action. An action may have two runs at once, so that a
 * receiver that hangs does not stop it. The number of runs of a project is limited, so that no project takes all of
 * them. The function has no steps: a repeated run finds nothing more to claim.
 */
export function makeDeliverWebhooksFunction(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "deliver-webhooks",
      name: "Deliver webhooks",
      triggers: [deliveriesDueEvent],
      concurrency: [
        { key: "event.data.actionId", limit: 2 },
        { key: "event.data.projectId", limit: 20 },
      ],
      retries: 10,
    },
    async ({ event }) => deliverAction(deps.ctx, deps.delivery, event.data),
  );
}
