import { admissionByBreaker, breakerWithoutProbe, breakerWithProbe } from "@/domain/breaker";
import {
  countFreeSlots,
  returnSlots,
  refundRate,
  countAllowedRequests,
  takeSlots,
  nextAllowedAt,
  type EndpointLimits,
} from "@/domain/endpoint-pace";
import type { ServiceContext } from "@/server/context";
import { changeEndpointHealth, writeEndpointHealthIfUnchanged, type EndpointHealth } from "./endpoint-health";
import { actionLimitsOf, loadActionForDelivery, type ActionWithEndpointHealth } from "./load-action-for-delivery";
import type { ActionRef } from "../action-ref";

/** How long a reservation lasts, ms: the longest request, the time for its body, and the time for its record. */
const LEASE_MS = 35_000;

/** The most concurrent requests to an endpoint that has never succeeded. */
const UNTRIED_MAX = 25;
/** The most concurrent requests to an endpoint that has failed at least `FAILING_FROM` times in a row. */
const FAILING_MAX = 10;
const FAILING_FROM = 3;

/**
 * @property count the number of requests that may leave now @property token the name of the reservation, which all
 * executions of its claim carry
 */
export type SlotReservation = {
  kind: "reserved";
  loaded: ActionWithEndpointHealth;
  token: string;
  count: number;
  until: Date;
};
/**
 * @property at the time when a request may leave again. Null while the action is switched off or paused, and while
 * requests hold all slots: the change that frees them asks for the next wake.
 */
export type NoSlotsResult = { kind: "no room"; loaded: ActionWithEndpointHealth | null; at: Date | null };

/**
 * Reserves slots, rate and probe of an endpoint. The one statement commits by itself. A reservation expires. URL,
 * headers, secrets, timeouts and policies are read here, for each claim.
 */
export async function reserveSlots(
  ctx: ServiceContext,
  key: ActionRef,
  ask: { count: number; token: string },
): Promise<SlotReservation | NoSlotsResult> {
  for (;;) {
    const loaded = await loadActionForDelivery(ctx, key);
    if (!loaded || loaded.action.stopped) return { kind: "no room", loaded, at: null };
    const { action, health } = loaded;
    const now = ctx.now().getTime();
    const limits = lowerLimitsOfBrokenEndpoint(actionLimitsOf(action.configuration), health);
    const gate = admissionByBreaker(health.breaker, now);
    if (gate.kind === "none") return { kind: "no room", loaded, at: new Date(gate.until) };
    const count = countAllowedRequests(health.pace, limits, {
      count: gate.kind === "probe" ? Math.min(1, ask.count) : ask.count,
      now,
    });
    if (count === 0) {
      const hasSlots = countFreeSlots(health.pace, limits, now) > 0;
      return { kind: "no room", loaded, at: hasSlots ? new Date(nextAllowedAt(health.pace, limits, now)) : null };
    }
    const until = now + LEASE_MS;
    const swapped = await writeEndpointHealthIfUnchanged(ctx.db, key.actionId, {
      ...health,
      breaker: gate.kind === "probe" ? breakerWithProbe(health.breaker, { token: ask.token, until }) : health.breaker,
      pace: takeSlots(health.pace, limits, { token: ask.token, count, until, now }),
    });
    if (swapped)
      return { kind: "reserved", loaded: { action, health: swapped }, token: ask.token, count, until: new Date(until) };
  }
}

/** Lowers the limits of an endpoint that may be broken, so that it holds few slots. */
export function lowerLimitsOfBrokenEndpoint(limits: EndpointLimits, { breaker, faults }: EndpointHealth): EndpointLimits {
  const most =
    breaker.failuresInRow >= FAILING_FROM ? FAILING_MAX : faults.lastSuccessAt === null ? UNTRIED_MAX : Infinity;
  return { ...limits, maxConcurrent: Math.min(limits.maxConcurrent, most) };
}

/** Gives back the slots, rate and probe that a claim reserved and did not use. */
export async function returnUnusedSlots(
  ctx: ServiceContext,
  key: ActionRef,
  { limits, token, count, isAll }: { limits: EndpointLimits; token: string; count: number; isAll: boolean },
): Promise<void> {
  await changeEndpointHealth(ctx.db, { ...key }, (health) => ({
    ...health,
    breaker: isAll ? breakerWithoutProbe(health.breaker, token) : health.breaker,
    pace: refundRate(returnSlots(health.pace, new Map([[token, count]])), limits, count),
  }));
}
