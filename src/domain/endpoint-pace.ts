import { z } from "zod";

/** The limits of requests to one endpoint, from the action's configuration. */
export type EndpointLimits = {
  /** the most requests on the wire at once */
  maxConcurrent: number;
  /** the average rate of requests, a second; null: no limit */
  maxPerSecond: number | null;
};
export const defaultEndpointLimits: EndpointLimits = { maxConcurrent: 100, maxPerSecond: null };

/**
 * The slots that one claim has leased: the lease token, the number of its attempts that are not recorded yet, and the
 * end of the lease (epoch ms).
 */
type Slot = [token: string, count: number, until: number];
/** The schema of the stored `EndpointPace.slots`. If the stored value cannot be read, all slots are free. */
export const EndpointSlots = z.array(z.tuple([z.string(), z.number(), z.number()])).catch([]);

/** The use of one endpoint's slots and rate, which all processes share. Times are epoch ms. */
export type EndpointPace = {
  slots: readonly Slot[];
  /**
   * the theoretical arrival time of the generic cell rate algorithm: each request moves it by one interval; 0 without a
   * rate
   */
  rateAt: number;
};
export const initialEndpointPace: EndpointPace = { slots: [], rateAt: 0 };

/** The share of `maxPerSecond` that may go out in one burst. A burst has at least one request. */
const BURST_SHARE = 0.2;

const intervalOf = (limits: EndpointLimits): number => (limits.maxPerSecond === null ? 0 : 1_000 / limits.maxPerSecond);

const burstOf = ({ maxPerSecond }: EndpointLimits): number => Math.max(1, Math.ceil((maxPerSecond ?? 0) * BURST_SHARE));

/** Counts the free slots. An ended lease holds no slot. */
export function countFreeSlots(pace: EndpointPace, limits: EndpointLimits, now: number): number {
  const taken = pace.slots.reduce((sum, [, width, until]) => sum + (until > now ? width : 0), 0);
  return Math.max(0, limits.maxConcurrent - taken);
}

function rateRoom(pace: EndpointPace, limits: EndpointLimits, now: number): number {
  if (limits.maxPerSecond === null) return Number.POSITIVE_INFINITY;
  const burst = burstOf(limits);
  const interval = intervalOf(limits);
  const used = Math.max(0, pace.rateAt - now) / interval;
  // The small addition keeps a rounding error of the division from delaying a request.
  return Math.max(0, Math.floor(burst - used + 1e-6));
}

/** Returns how many of `count` requests may go out now. */
export function countAllowedRequests(
  pace: EndpointPace,
  limits: EndpointLimits,
  { count, now }: { count: number; now: number },
): number {
  return Math.min(count, countFreeSlots(pace, limits, now), rateRoom(pace, limits, now));
}

/**
 * Returns the time at which `countAllowedRequests` next finds room, in epoch ms: `now` if it has room already.
 * Otherwise it is the later of two times: the rate has recovered, and a slot's lease has ended. A process that gives
 * slots back earlier wakes the action itself.
 */
export function computeNextAllowedTime(pace: EndpointPace, limits: EndpointLimits, now: number): number {
  const leases = pace.slots.filter(([, , until]) => until > now).map(([, , until]) => until);
  const bySlots = countFreeSlots(pace, limits, now) > 0 ? now : Math.min(...leases);
  if (rateRoom(pace, limits, now) > 0) return bySlots;
  const burst = burstOf(limits);
  return Math.max(bySlots, Math.ceil(pace.rateAt - (burst - 1) * intervalOf(limits)));
}

/** Leases slots for the requests of a claim, and charges the requests to the rate. */
export function takeSlotsAndRate(
  pace: EndpointPace,
  limits: EndpointLimits,
  { now, ...claim }: { token: string; count: number; until: number; now: number },
): EndpointPace {
  return {
    slots: [...pace.slots.filter(([, , until]) => until > now), [claim.token, claim.count, claim.until]],
    rateAt: limits.maxPerSecond === null ? 0 : Math.max(pace.rateAt, now) + claim.count * intervalOf(limits),
  };
}

/**
 * Gives slots back.
 * @param counts the number of slots by lease token
 */
export const returnSlots = (pace: EndpointPace, counts: ReadonlyMap<string, number>): EndpointPace => ({
  ...pace,
  slots: pace.slots
    .map(([token, count, until]): Slot => [token, count - (counts.get(token) ?? 0), until])
    .filter(([, count]) => count > 0),
});

/** Gives back to the rate the requests that a claim charged and did not send. */
export const refundUnsentRequests = (pace: EndpointPace, limits: EndpointLimits, count: number): EndpointPace => ({
  ...pace,
  rateAt: pace.rateAt - count * intervalOf(limits),
});
