import type { ServiceContext } from "@/server/context";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createWatch } from "@/server/services/watch";
import { testDelivery } from "./deliver";

/** What the functions need, in a test's process: events come without a stamp, and none of them is trusted. */
export const testDependencies = (ctx: ServiceContext): FunctionDependencies => ({
  ctx,
  triggers: createTriggerCache(),
  delivery: testDelivery(),
  watch: createWatch(ctx),
  stampKey: null,
  trustEvents: false,
});
