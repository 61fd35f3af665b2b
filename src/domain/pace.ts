import { z } from "zod";

/** How much an endpoint is given at once and in a second. */
export type Limits = {
  /** requests on the wire at once */
  maxConcurrent: number;
  /** requests begun in a second; null for no limit */
  maxPerSecond: number | null;
};
export const defaultLimits: Limits = { maxConcurrent: 100, maxPerSecond: null };

/** Leased to the attempts of one claim: its lease token, how many of them are not recorded yet, until when (epoch ms). */
type Slot = [token: string, count: number, until: number];
/** The stored form of `Pace.slots`. Slots that cannot be read are free. */
export const Slots = z.array(z.tuple([z.string(), z.number(), z.number()])).catch([]);

/** What all processes share of the pace of one endpoint. Times are epoch ms. */
export type Pace = {
  slots: readonly Slot[];
  /** the rate is used up until then (a generic cell rate: one time in place of a bucket) */
  rateAt: number;
};
export const freshPace: Pace = { slots: [], rateAt: 0 };

/** So much of a second's rate may go out at once. */
const BURST_SHARE = 0.2;

const intervalOf = (limits: Limits): number => (limits.maxPerSecond === null ? 0 : 1_000 / limits.maxPerSecond);

const burstOf = ({ maxPerSecond }: Limits): number => Math.max(1, Math.ceil((maxPerSecond ?? 0) * BURST_SHARE));

/** How many requests more may be on the wire. Leases that have run out count no longer. */
export function freeSlots(pace: Pace, limits: Limits, now: number): number {
  const taken = pace.slots.reduce((sum, [, width, until]) => sum + (until > now ? width : 0), 0);
  return Math.max(0, limits.maxConcurrent - taken);
}

function rateRoom(pace: Pace, limits: Limits, now: number): number {
  if (limits.maxPerSecond === null) return Number.POSITIVE_INFINITY;
  const burst = burstOf(limits);
  const interval = intervalOf(limits);
  const used = Math.max(0, pace.rateAt - now) / interval;
  // Times are whole milliseconds: a hair's breadth must not cost a request its turn.
  return Math.max(0, Math.floor(burst - used + 1e-6));
}

/** How many of `count` requests may go now. */
export function roomFor(pace: Pace, limits: Limits, count: number, now: number): number {
  return Math.min(count, freeSlots(pace, limits, now), rateRoom(pace, limits, now));
}

/**
 * When `roomFor` finds room next, as far as is known now, epoch ms: the rate has filled up, or a lease has run out.
 * Slots that are given back before that have whoever gives them back to call for the next.
 */
export function whenRoom(pace: Pace, limits: Limits, now: number): number {
  const leases = pace.slots.filter(([, , until]) => until > now).map(([, , until]) => until);
  const bySlots = freeSlots(pace, limits, now) > 0 ? now : Math.min(...leases);
  if (rateRoom(pace, limits, now) > 0) return bySlots;
  const burst = burstOf(limits);
  return Math.max(bySlots, Math.ceil(pace.rateAt - (burst - 1) * intervalOf(limits)));
}

/** Leases slots to the requests of a claim, and takes them from the rate. */
export function take(
  pace: Pace,
  limits: Limits,
  claim: { token: string; count: number; until: number },
  now: number,
): Pace {
  return {
    slots: [...pace.slots.filter(([, , until]) => until > now), [claim.token, claim.count, claim.until]],
    rateAt: limits.maxPerSecond === null ? 0 : Math.max(pace.rateAt, now) + claim.count * intervalOf(limits),
  };
}

/** Gives slots back: how many of each token. */
export const giveBack = (pace: Pace, counts: ReadonlyMap<string, number>): Pace => ({
  ...pace,
  slots: pace.slots
    .map(([token, count, until]): Slot => [token, count - (counts.get(token) ?? 0), until])
    .filter(([, count]) => count > 0),
});

/** Takes back from the rate what a claim did not use. */
export const refund = (pace: Pace, limits: Limits, count: number): Pace => ({
  ...pace,
  rateAt: pace.rateAt - count * intervalOf(limits),
});
