import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliveriesDueEvent } from "@/server/inngest/events";
import { deliverAction } from "@/server/services/deliveries/deliver-action";

/**
 * Makes the function of the deliverer, which sends the due executions of one action. An action has two runs, so that a
 * hanging call does not stop it. A project has a limited number of runs, so that each of its actions finds one. The
 * function has no steps: a second run finds no rows to claim.
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
