import { decideAdmissionByBreaker, removeProbeFromBreaker, addProbeToBreaker } from "@/domain/breaker";
import {
  countFreeSlots,
  returnSlots,
  refundUnsentRequests,
  countAllowedRequests,
  takeSlotsAndRate,
  computeNextAllowedTime,
  type EndpointLimits,
} from "@/domain/endpoint-pace";
import type { ServiceContext } from "@/server/context";
import type { DeliveryStatements } from "./delivery-statements";
import type { EndpointHealth } from "./endpoint-health";
import { readActionLimits, type ActionWithEndpointHealth } from "./load-actions-for-delivery";
import type { ActionRef } from "../action-ref";

/**
 * How long a reservation of slots lasts, ms. It covers rendering the body, the longest request and recording the
 * result.
 */
const LEASE_MS = 35_000;

/** The most concurrent requests to an endpoint that has never succeeded. */
const UNTRIED_MAX = 25;
/** The most concurrent requests to an endpoint whose last `FAILING_FROM` attempts or more have all failed. */
const FAILING_MAX = 10;
const FAILING_FROM = 3;

/**
 * @property count the number of requests that may leave now
 * @property token the lease token of the reservation, which its claimed executions carry too
 * @property until when the reservation expires
 */
export type SlotReservation = {
  kind: "reserved";
  loaded: ActionWithEndpointHealth;
  token: string;
  count: number;
  until: Date;
};
/**
 * @property at when a request may leave again; null if no time is known: the action is off, paused or deleted, or
 * requests hold all slots. The change that ends such a state asks for the next wake.
 */
export type NoSlotsResult = { kind: "no room"; loaded: ActionWithEndpointHealth | null; at: Date | null };

/**
 * Reserves slots of an endpoint for up to `count` requests, within the limits of its rate and its circuit breaker. It
 * also loads the action's current configuration and secrets, with which the requests are sent.
 */
export async function reserveSlots(
  ctx: ServiceContext,
  statements: Pick<DeliveryStatements, "load" | "changeHealth">,
  { key, ...ask }: { key: ActionRef; count: number; token: string },
): Promise<SlotReservation | NoSlotsResult> {
  for (;;) {
    const loaded = await statements.load(ctx, key, null);
    if (!loaded || loaded.action.stopped) return { kind: "no room", loaded, at: null };
    const { action } = loaded;
    const now = ctx.now().getTime();
    const until = now + LEASE_MS;
    let grant = { kind: "none", at: null } as Grant;
    const { kind, health } = await statements.changeHealth(ctx, key, {
      known: loaded.health,
      change(before) {
        grant = grantSlots(before, readActionLimits(action.configuration), { ...ask, now, until });
        return grant.kind === "none" ? null : grant.health;
      },
    });
    if (kind === "outdated") continue;
    const changed = { action, health };
    if (grant.kind === "none") return { kind: "no room", loaded: changed, at: grant.at };
    return { kind: "reserved", loaded: changed, token: ask.token, count: grant.count, until: new Date(until) };
  }
}

type Grant = { kind: "none"; at: Date | null } | { kind: "slots"; count: number; health: EndpointHealth };

/** Decides how many requests an endpoint accepts now, and how that changes its health. */
function grantSlots(
  health: EndpointHealth,
  configured: EndpointLimits,
  { token, now, until, ...ask }: { count: number; token: string; now: number; until: number },
): Grant {
  const limits = lowerLimitsOfBrokenEndpoint(configured, health);
  const gate = decideAdmissionByBreaker(health.breaker, now);
  if (gate.kind === "none") return { kind: "none", at: new Date(gate.until) };
  const count = countAllowedRequests(health.pace, limits, {
    count: gate.kind === "probe" ? Math.min(1, ask.count) : ask.count,
    now,
  });
  if (count === 0) {
    const hasSlots = countFreeSlots(health.pace, limits, now) > 0;
    return { kind: "none", at: hasSlots ? new Date(computeNextAllowedTime(health.pace, limits, now)) : null };
  }
  return {
    kind: "slots",
    count,
    health: {
      ...health,
      breaker: gate.kind === "probe" ? addProbeToBreaker(health.breaker, { token, until }) : health.breaker,
      pace: takeSlotsAndRate(health.pace, limits, { token, count, until, now }),
    },
  };
}

/**
 * Lowers the limit of concurrent requests for an endpoint that never succeeded or keeps failing, so that slow failures
 * hold few slots.
 */
export function lowerLimitsOfBrokenEndpoint(
  limits: EndpointLimits,
  { breaker, faults }: EndpointHealth,
): EndpointLimits {
  const most =
    breaker.failuresInRow >= FAILING_FROM ? FAILING_MAX : faults.lastSuccessAt === null ? UNTRIED_MAX : Infinity;
  return { ...limits, maxConcurrent: Math.min(limits.maxConcurrent, most) };
}

/**
 * Returns the health of an endpoint after a claim gave back slots that it does not need. Unused requests do not count
 * against the endpoint's rate. If the claim needs no slot at all, the breaker's probe is given back too.
 */
export const returnUnusedSlotsToHealth =
  ({ loaded, token, count }: SlotReservation, unused: number) =>
  (health: EndpointHealth): EndpointHealth => ({
    ...health,
    breaker: unused === count ? removeProbeFromBreaker(health.breaker, token) : health.breaker,
    pace: refundUnsentRequests(
      returnSlots(health.pace, new Map([[token, unused]])),
      readActionLimits(loaded.action.configuration),
      unused,
    ),
  });
