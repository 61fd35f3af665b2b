import type { ActionType } from "@/domain/action/action-type";
import type { ServiceContext } from "@/server/context";
import { requireSenderOf } from "./registry";

/**
 * Returns a sentence on why this installation cannot deliver actions of a type, from the sender of the type's
 * transport; null if it can.
 */
export const describeActionTypeUnavailability = (
  { env }: Pick<ServiceContext, "env">,
  type: Pick<ActionType, "transport">,
): string | null => requireSenderOf(type).check?.(env) ?? null;
