import type { ServiceContext } from "@/server/context";
import type { DeliveryDependencies } from "@/server/services/deliveries/deliver-action";
import type { TriggerCache } from "@/server/services/matching/trigger-cache";
import type { LostWorkWatch } from "@/server/services/lost-work-watch";

/** The parts of the running program that the background functions use. */
export type FunctionDependencies = {
  ctx: ServiceContext;
  triggers: TriggerCache;
  /** All deliveries of this process share these, such as claims, slots and the latencies of endpoints. */
  delivery: DeliveryDependencies;
  watch: LostWorkWatch;
  /** The key that verifies the stamps of the event endpoint; null if stamps are not signed. */
  stampKey: string | null;
  trustEvents: boolean;
};
