import type { ServiceContext } from "@/server/context";
import type { DeliverDependencies } from "@/server/services/deliveries/deliver-action";
import type { TriggerCache } from "@/server/services/matching/trigger-cache";
import type { LostWorkWatch } from "@/server/services/lost-work-watch";

/** The parts of the running program that the functions use. */
export type FunctionDependencies = {
  ctx: ServiceContext;
  triggers: TriggerCache;
  /** the tools that all deliveries of this process share */
  delivery: DeliverDependencies;
  watch: LostWorkWatch;
  /** the key that verifies stamps of the event endpoint */
  stampKey: string | null;
  trustEvents: boolean;
};
