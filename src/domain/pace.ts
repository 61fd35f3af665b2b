import { z } from "zod";

/** How much an endpoint is given at once and in a second. */
export type Limits = {
  /** requests on the wire at once */
  maxConcurrent: number;
  /** requests begun in a second; null for no limit */
  maxPerSecond: number | null;
};
export const defaultLimits: Limits = { maxConcurrent: 100, maxPerSecond: null };

/** Leased to a group of attempts: its token, how many of them it sends at once, and until when (epoch ms). */
type Slot = [token: string, width: number, until: number];
/** The stored form of `Pace.slots`. Slots that cannot be read are free. */
export const Slots = z.array(z.tuple([z.string(), z.number(), z.number()])).catch([]);

/** What all processes share of the pace of one endpoint. Times are epoch ms. */
export type Pace = {
  slots: readonly Slot[];
  /** the rate is used up until then (a generic cell rate: one time in place of a bucket) */
  rateAt: number;
  /** the last turn given to one that has to wait */
  turnAt: number;
  /** moving average of how long an attempt takes, ms; 0 before the first */
  averageMs: number;
};
export const freshPace: Pace = { slots: [], rateAt: 0, turnAt: 0, averageMs: 0 };

/** So much of a second's rate may go out at once. */
const BURST_SHARE = 0.2;
/** Groups are no longer than so many requests one after the other. */
const WAVES_MAX = 4;
const STEP_MIN_MS = 2;
const STEP_MAX_MS = 1_000;
const SMOOTHING = 0.2;

const intervalOf = (limits: Limits): number => (limits.maxPerSecond === null ? 0 : 1_000 / limits.maxPerSecond);

/** How many requests more may be on the wire. Leases that have run out count no longer. */
export function freeSlots(pace: Pace, limits: Limits, now: number): number {
  const taken = pace.slots.reduce((sum, [, width, until]) => sum + (until > now ? width : 0), 0);
  return Math.max(0, limits.maxConcurrent - taken);
}

function rateRoom(pace: Pace, limits: Limits, now: number): number {
  if (limits.maxPerSecond === null) return Number.POSITIVE_INFINITY;
  const burst = Math.max(1, Math.ceil(limits.maxPerSecond * BURST_SHARE));
  const interval = intervalOf(limits);
  const used = Math.max(0, pace.rateAt - now) / interval;
  // Times are whole milliseconds: a hair's breadth must not cost a request its turn.
  return Math.max(0, Math.floor(burst - used + 1e-6));
}

/**
 * How many of `count` requests may go now, and how many of those at once.
 * @param wanted at once at the most
 */
export function roomFor(
  pace: Pace,
  limits: Limits,
  input: { count: number; wanted: number },
  now: number,
): { count: number; width: number } {
  const width = Math.min(input.wanted, freeSlots(pace, limits, now));
  const count = Math.min(input.count, width * WAVES_MAX, rateRoom(pace, limits, now));
  return count === 0 ? { count: 0, width: 0 } : { count, width: Math.min(width, count) };
}

/** Leases `width` slots to a group of `count` requests. */
export function take(
  pace: Pace,
  limits: Limits,
  group: { token: string; width: number; count: number; until: number },
  now: number,
): Pace {
  return {
    ...pace,
    slots: [...pace.slots.filter(([, , until]) => until > now), [group.token, group.width, group.until]],
    rateAt: limits.maxPerSecond === null ? 0 : Math.max(pace.rateAt, now) + group.count * intervalOf(limits),
  };
}

/** The slots of groups that have ended are free again. */
export const release = (pace: Pace, tokens: ReadonlySet<string>): Pace => ({
  ...pace,
  slots: pace.slots.filter(([token]) => !tokens.has(token)),
});

/** Turns for `count` requests that have to wait, behind those given before, as far apart as the endpoint takes them. */
export function giveTurns(
  pace: Pace,
  limits: Limits,
  count: number,
  notBefore: number,
): { pace: Pace; turns: number[] } {
  const step = Math.min(STEP_MAX_MS, Math.max(intervalOf(limits), pace.averageMs / limits.maxConcurrent, STEP_MIN_MS));
  const first = Math.max(notBefore, pace.turnAt + step);
  const turns = Array.from({ length: count }, (_, index) => Math.round(first + index * step));
  return { pace: { ...pace, turnAt: turns.at(-1) ?? pace.turnAt }, turns };
}

export function withDurations(pace: Pace, durationsMs: readonly number[]): Pace {
  if (durationsMs.length === 0) return pace;
  const mean = durationsMs.reduce((sum, each) => sum + each, 0) / durationsMs.length;
  return { ...pace, averageMs: pace.averageMs === 0 ? mean : pace.averageMs + SMOOTHING * (mean - pace.averageMs) };
}
