import type { ServiceContext } from "@/server/context";
import type { TriggerCache } from "@/server/services/trigger-cache";

/** What the functions need of the running program. */
export type FunctionDependencies = {
  ctx: ServiceContext;
  triggers: TriggerCache;
  /** a new lease token of this process */
  leaseToken: () => string;
  /** checks the event endpoint's stamp */
  stampKey: string | null;
  trustEvents: boolean;
};
