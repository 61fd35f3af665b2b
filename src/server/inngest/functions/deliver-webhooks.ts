import type { Inngest } from "inngest";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { deliveriesDue } from "@/server/inngest/events";
import { deliverAction } from "@/server/services/deliveries/deliver-action";

/**
 * The deliverer: sends what is due of one action. Two runs of an action, so that a call that hangs does not hold it; so
 * many of a project that its other actions find theirs. No steps: run twice, it finds nothing left to claim.
 */
export function deliverWebhooks(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "deliver-webhooks",
      name: "Deliver webhooks",
      triggers: [deliveriesDue],
      concurrency: [
        { key: "event.data.actionId", limit: 2 },
        { key: "event.data.projectId", limit: 20 },
      ],
      retries: 10,
    },
    async ({ event }) => deliverAction(deps.ctx, deps.delivery, event.data),
  );
}
