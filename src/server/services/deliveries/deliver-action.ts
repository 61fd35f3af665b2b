import type { ServiceContext } from "@/server/context";
import { claimExecutions, endRefused } from "./claim-executions";
import { createFlight, type Flight } from "./flight";
import { giveUpClaim } from "./give-up-claim";
import { nextDueAt } from "./next-due";
import { reservePlaces, type NoRoom } from "./reserve-places";
import type { QuickEndpoints } from "./quick-endpoints";
import type { ActionKey } from "./types";
import { markStarted, wakeActions } from "./wake";
import type { WirePlaces } from "./wire-places";

/** A run claims for so long, ms. */
const CLAIMING_MS = 10_000;
/** Executions of one run that are claimed and not recorded yet, at the most. */
const HELD_MAX = 100;
/** Claims are large where results come quickly, and small beside an endpoint that is slow, ms. */
const HALF_MS = 100;
/** How long a run waits for a place on the wire. */
const PLACE_WAIT_MS = 1_000;
/** How long a run waits for the next result. Requests that take longer go on in the process, under their lease. */
const RESULT_WAIT_MS = 2_000;
/** When a run is asked for that takes what the last look did not get, from now. */
const LEFT_BEHIND_MS = 500;
/** A run that comes this early waits inside: a server's clock has whole seconds. */
const EARLY_MAX_MS = 3_000;

export type DeliverTools = {
  /** a new lease token of this process */
  leaseToken: () => string;
  places: WirePlaces;
  quick: QuickEndpoints;
  /** projects whose deliveries a matching run has begun, and that are still on the wire */
  projectsAtOnce: Set<string>;
  /** keeps what goes on when a run has ended, so that the program waits for it when it stops */
  goesOn: (work: Promise<void>) => void;
};

/**
 * Delivers what is due of one action: claims, sends, records, and goes on while there is work and its time allows.
 * Ends by asking for the wake of what is left, at the latest 30 s after it began, however slow its endpoint is.
 * @param at the moment for which this run was asked, epoch ms; null where that was at once
 */
export async function deliverAction(
  ctx: ServiceContext,
  tools: DeliverTools,
  { projectId, actionId, at }: ActionKey & { at: number | null },
): Promise<{ attempts: number; onTheWire: number }> {
  const key = { projectId, actionId };
  // Cleared before the look: who commits a row after it finds no mark, and asks for a run of its own.
  await markStarted(ctx, key);
  return deliverDue(ctx, tools, key, { at, claimingMs: CLAIMING_MS });
}

/**
 * The same without a wake that has come: the wake that may wait unstarted stays.
 * @param claimingMs how long it claims
 */
export async function deliverDue(
  ctx: ServiceContext,
  tools: DeliverTools,
  key: ActionKey,
  { at, claimingMs }: { at: number | null; claimingMs: number },
): Promise<{ attempts: number; onTheWire: number }> {
  const flight = createFlight(ctx, tools, key);
  try {
    const again = await claimAndSend(ctx, tools, key, flight, { at, until: performance.now() + claimingMs });
    if (again) await wakeActions(ctx, [{ ...key, dueAt: again }], { started: at });
  } finally {
    if (flight.held() > 0) tools.goesOn(land(ctx, key, flight));
  }
  return { attempts: flight.attempts(), onTheWire: flight.held() };
}

/** Waits for requests that their run did not wait for, and asks for the wake of what may go in their place. */
async function land(ctx: ServiceContext, key: ActionKey, flight: Flight): Promise<void> {
  try {
    await flight.landed();
    const next = await nextDueAt(ctx, key);
    if (next) await wakeActions(ctx, [{ ...key, dueAt: next }]);
  } catch (error) {
    // Their leases run out, and the next look finds them.
    ctx.log.error({ err: error, actionId: key.actionId }, "results of attempts could not be recorded");
  }
}

/** @returns when the action is to be looked at again; null where whoever makes its next row due asks for it */
async function claimAndSend(
  ctx: ServiceContext,
  tools: DeliverTools,
  key: ActionKey,
  flight: Flight,
  { at, until }: { at: number | null; until: number },
): Promise<Date | null> {
  while (await hasRoom(flight, until)) {
    const places = await tools.places.take(key.projectId, HELD_MAX - flight.held(), PLACE_WAIT_MS);
    if (places === 0) return ctx.now();
    const sent = await sendSome(ctx, tools, key, flight, places);
    if (sent.kind === "no room") {
      if (!sent.loaded || sent.loaded.action.stopped) {
        if (sent.loaded?.action.stopped === "off or deleted") await endAllRefused(ctx, key);
        return null;
      }
      // What is on the wire gives its slots back, or is the probe that everybody waits for.
      const isOwn = flight.held() > 0 && (await flight.recordedWithin(RESULT_WAIT_MS));
      if (isOwn || (sent.at && (await waitInside(ctx, sent.at)))) continue;
      return sent.at;
    }
    const { looked, hasMore } = sent;
    if (hasMore) continue;
    while (flight.held() > 0 && (await flight.recordedWithin(RESULT_WAIT_MS)));
    const next = await nextDueAt(ctx, key);
    // A row that was due at the last look was locked then, or came while all slots were taken.
    if (next && next <= looked) return new Date(ctx.now().getTime() + LEFT_BEHIND_MS);
    if (next && at !== null && next.getTime() <= at && (await waitInside(ctx, next))) continue;
    return next;
  }
  return ctx.now();
}

/**
 * Reserves, claims and sends as much as there are places for. Where that fails nothing of it is on the wire, and all of
 * it is given back.
 */
async function sendSome(
  ctx: ServiceContext,
  tools: DeliverTools,
  key: ActionKey,
  flight: Flight,
  places: number,
): Promise<NoRoom | { kind: "sent"; looked: Date; hasMore: boolean }> {
  const token = tools.leaseToken();
  let kept = places;
  try {
    const reserved = await reservePlaces(ctx, key, { count: places, token });
    kept = reserved.kind === "reserved" ? reserved.count : 0;
    tools.places.give(key.projectId, places - kept);
    if (reserved.kind === "no room") return reserved;
    const looked = ctx.now();
    const { claimed, hasMore } = await claimExecutions(ctx, key, reserved);
    await flight.send(reserved, claimed);
    return { kind: "sent", looked, hasMore };
  } catch (error) {
    tools.places.give(key.projectId, kept);
    tools.goesOn(giveUpClaim(ctx, key, token));
    throw error;
  }
}

/** Waits for room for further claims. False where the run's time is over before. */
async function hasRoom(flight: Flight, until: number): Promise<boolean> {
  const half = performance.now() + HALF_MS;
  for (;;) {
    const now = performance.now();
    if (now >= until) return false;
    if (flight.held() <= HELD_MAX / 2 || (now >= half && flight.held() < HELD_MAX)) return true;
    await flight.recordedWithin(Math.max(1, (now < half ? half : until) - now));
  }
}

/** Waits for a moment that is near. False where it is not: another run comes for it. */
async function waitInside(ctx: ServiceContext, moment: Date): Promise<boolean> {
  const ms = moment.getTime() - ctx.now().getTime();
  if (ms > EARLY_MAX_MS) return false;
  await ctx.wait(Math.max(0, ms));
  return true;
}

/**
 * A job ends most of them. These were created while the action was being switched off. Ends where nothing is refused
 * any more, also as somebody has switched the action on again: that asks for a wake of its own.
 */
async function endAllRefused(ctx: ServiceContext, key: ActionKey): Promise<void> {
  while ((await endRefused(ctx, key)) > 0);
}
