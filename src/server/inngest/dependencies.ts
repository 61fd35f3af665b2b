import type { ServiceContext } from "@/server/context";
import type { DeliverTools } from "@/server/services/deliveries/deliver-action";
import type { TriggerCache } from "@/server/services/trigger-cache";
import type { Watch } from "@/server/services/watch";

/** What the functions need of the running program. */
export type FunctionDependencies = {
  ctx: ServiceContext;
  triggers: TriggerCache;
  /** what deliveries of this process share */
  delivery: DeliverTools;
  watch: Watch;
  /** checks the event endpoint's stamp */
  stampKey: string | null;
  trustEvents: boolean;
};
