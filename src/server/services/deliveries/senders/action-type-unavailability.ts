import type { ActionType } from "@/domain/action/action-type";
import type { ServiceContext } from "@/server/context";
import { requireSenderOf } from "./registry";

/** Says why this installation delivers nothing of an action type, as its sender does; null if it delivers. */
export const describeActionTypeUnavailability = (
  { env }: Pick<ServiceContext, "env">,
  type: Pick<ActionType, "transport">,
): string | null => requireSenderOf(type).check?.(env) ?? null;
