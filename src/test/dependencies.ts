import type { ServiceContext } from "@/server/context";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createLostWorkWatch } from "@/server/services/lost-work-watch";
import { testDelivery } from "./deliver";

/**
 * Dependencies of the background functions in a test's process: events come without a stamp, and none of them is
 * trusted.
 */
export const testDependencies = (ctx: ServiceContext): FunctionDependencies => ({
  ctx,
  triggers: createTriggerCache(),
  delivery: testDelivery(),
  watch: createLostWorkWatch(ctx),
  stampKey: null,
  trustEvents: false,
});
