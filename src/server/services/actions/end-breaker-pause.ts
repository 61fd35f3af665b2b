import { admissionByBreaker, breakerWithoutPause } from "@/domain/breaker";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { changeEndpointHealth } from "../deliveries/endpoint-health";

/**
 * Ends the breaker's pause, so that one request may leave. A probe on the wire stays the probe. Returns whether the
 * breaker was open.
 */
export async function endBreakerPause(
  ctx: ServiceContext,
  db: DatabaseOrTransaction,
  key: { projectId: string; actionId: string },
): Promise<boolean> {
  const now = ctx.now().getTime();
  let isOpen = false;
  await changeEndpointHealth(db, { ...key }, (health) => {
    isOpen = admissionByBreaker(health.breaker, now).kind !== "all";
    return { ...health, breaker: breakerWithoutPause(health.breaker, now) };
  });
  return isOpen;
}
