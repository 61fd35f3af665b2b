import { decideAdmissionByBreaker, endPauseOfBreaker } from "@/domain/breaker";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { changeEndpointHealth } from "../deliveries/endpoint-health";

/**
 * Ends the pause of an endpoint's circuit breaker early, so that one request may leave as a probe. If a probe is on the
 * wire already, that request stays the only one. Returns whether the breaker was open.
 */
export async function endBreakerPause(
  ctx: ServiceContext,
  db: DatabaseOrTransaction,
  key: { projectId: string; actionId: string },
): Promise<boolean> {
  const now = ctx.now().getTime();
  let isOpen = false;
  await changeEndpointHealth(db, key, (health) => {
    isOpen = decideAdmissionByBreaker(health.breaker, now).kind !== "all";
    return { ...health, breaker: endPauseOfBreaker(health.breaker, now) };
  });
  return isOpen;
}
