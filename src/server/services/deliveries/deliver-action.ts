import type { ServiceContext } from "@/server/context";
import { endExecutionsOfStoppedAction } from "./claim-executions";
import { createAttemptsInFlight, type AttemptsInFlight } from "./attempts-in-flight";
import { releaseFailedClaim } from "./release-failed-claim";
import type { DeliveryStatements } from "./delivery-statements";
import type { HeldClaims } from "./held-claims";
import type { ProjectWorkQueues } from "./project-work-queues";
import { reserveSlots, type NoSlotsResult } from "./reserve-slots";
import type { EndpointLatencies } from "./endpoint-latencies";
import type { ActionRef } from "../action-ref";
import { wakeActions } from "../wakes/wake-actions";
import type { RequestPlaces } from "./request-places";

/** How long a delivery run claims executions if a wake has started it, ms. */
const CLAIMING_MS = 10_000;
/** One delivery run may hold at most this many executions that are claimed and whose results are not recorded. */
const HELD_MAX = 100;
/**
 * Before its next claim, a run waits until it holds at most half of HELD_MAX, so that claims are large. After this
 * time, ms, room for one execution is enough.
 */
const HALF_MS = 100;
/** How long a run waits for a place on the wire, ms. Without one it ends, and asks for another run. */
const PLACE_WAIT_MS = 1_000;
/**
 * How long a run waits for the next result, ms, plus or minus a random half. After that the run waits for no result,
 * and slower requests go on in the process. The random part makes runs that began together end at different times.
 */
const RESULT_WAIT_MS = 2_000;
const resultWaitMs = (): number => RESULT_WAIT_MS * (0.5 + Math.random());
/** The delay of the next run, ms, if executions are due that the last claim of a run did not get. */
const LEFT_BEHIND_MS = 500;
/**
 * A run waits for a moment that is at most this far away, ms. For a later moment it asks for another run. An Inngest
 * server starts runs at whole seconds, so a run may start before the time for which it was asked.
 */
const EARLY_MAX_MS = 3_000;

export type DeliveryDependencies = {
  claims: HeldClaims;
  places: RequestPlaces;
  turns: ProjectWorkQueues;
  statements: DeliveryStatements;
  quick: EndpointLatencies;
  /** ids of projects for which `deliverAtOnce` has requests on the wire */
  projectsAtOnce: Set<string>;
  /** registers work that goes on after its run has ended, so that the program waits for the work when it stops */
  goesOn: (work: Promise<void>) => void;
};

/** One delivery run of an action, with the requests that it has sent. */
type DeliveryRun = { tools: DeliveryDependencies; key: ActionRef; flight: AttemptsInFlight };

/**
 * Delivers the due executions of one action: claims them, sends the requests and records the results. It repeats this
 * for about 10 s while executions are due, and asks for the next run if one is needed. It ends within 30 s, however
 * slow the endpoint is.
 * @param at the time for which somebody asked for this run, epoch ms; null: as soon as possible
 * @returns the number of attempts, and how many of them have no recorded result yet
 */
export async function deliverAction(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  { projectId, actionId, at }: ActionRef & { at: number | null },
): Promise<{ attempts: number; onTheWire: number }> {
  const key = { projectId, actionId };
  // The wake mark is cleared before the search for due executions, so that later commits ask for another run.
  await tools.statements.markStarted(ctx, key, null);
  return deliverWithoutWake(ctx, tools, { ...key, at, dueCount: null, claimingMs: CLAIMING_MS });
}

/**
 * Delivers due executions of an action as `deliverAction` does, but no wake has started this run. So it leaves the
 * action's wake mark unchanged.
 * @param dueCount the number of due executions; null: not known
 * @param claimingMs how long the run goes on claiming executions
 */
export async function deliverWithoutWake(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  {
    projectId,
    actionId,
    at,
    dueCount,
    claimingMs,
  }: ActionRef & { at: number | null; dueCount: number | null; claimingMs: number },
): Promise<{ attempts: number; onTheWire: number }> {
  const key = { projectId, actionId };
  const flight = createAttemptsInFlight(ctx, tools, key);
  const run = { tools, key, flight };
  try {
    const again = await claimAndSend(ctx, run, { at, dueCount, until: performance.now() + claimingMs });
    if (again) await tools.turns.run(projectId, () => wakeActions(ctx, [{ ...key, dueAt: again }], { started: at }));
  } finally {
    if (flight.held() > 0) tools.goesOn(land(ctx, run));
  }
  return { attempts: flight.attempts(), onTheWire: flight.held() };
}

/**
 * Waits for the slow requests of an ended run to be recorded. Then it asks for a wake if executions still wait, because
 * slots are free again.
 */
async function land(ctx: ServiceContext, { tools, key, flight }: DeliveryRun): Promise<void> {
  try {
    await flight.landed();
    const { nextDueAt } = await tools.statements.findDue(ctx, key, null);
    if (nextDueAt) await tools.turns.run(key.projectId, () => wakeActions(ctx, [{ ...key, dueAt: nextDueAt }]));
  } catch (error) {
    // LostWorkWatch will end the leases of these executions once they expire, so that the executions are sent again.
    ctx.log.error({ err: error, actionId: key.actionId }, "results of attempts could not be recorded");
  }
}

/**
 * Claims and sends executions of an action until none is due, the endpoint accepts no more requests, the process has no
 * place on the wire, or the run's time is over.
 * @returns when the next run is needed; null if no execution waits, or if a later change will ask for the next run
 */
async function claimAndSend(
  ctx: ServiceContext,
  run: DeliveryRun,
  { at, dueCount, until }: { at: number | null; dueCount: number | null; until: number },
): Promise<Date | null> {
  const { tools, key, flight } = run;
  let due = dueCount ?? (await tools.statements.findDue(ctx, key, null)).count;
  let looked: Date | null = null;
  while (await hasRoom(flight, until)) {
    if (due === 0) {
      while (flight.held() > 0 && (await flight.recordedWithin(resultWaitMs())));
      const { count, nextDueAt } = await tools.statements.findDue(ctx, key, null);
      // An execution is due that the last claim did not get: another run had locked it, or it was committed meanwhile.
      if (nextDueAt && looked && nextDueAt <= looked) return new Date(ctx.now().getTime() + LEFT_BEHIND_MS);
      if (!nextDueAt || at === null || nextDueAt.getTime() > at || !(await waitInside(ctx, nextDueAt)))
        return nextDueAt;
      due = Math.max(1, count);
      continue;
    }
    const places = await tools.places.take(key.projectId, Math.min(due, HELD_MAX - flight.held()), PLACE_WAIT_MS);
    if (places === 0) return ctx.now();
    const sent = await sendSome(ctx, run, places);
    if (sent.kind === "no room") {
      if (!sent.loaded || sent.loaded.action.stopped) {
        if (sent.loaded?.action.stopped === "off or deleted") await endAllRefused(ctx, key);
        return null;
      }
      // The run waits for one of its own requests to end. That frees a slot, and may close the circuit breaker.
      const isOwn = flight.held() > 0 && (await flight.recordedWithin(resultWaitMs()));
      if (isOwn || (sent.at && (await waitInside(ctx, sent.at)))) continue;
      return sent.at;
    }
    looked = sent.looked;
    due = sent.hasMore ? HELD_MAX : 0;
  }
  return ctx.now();
}

/**
 * Reserves slots of the endpoint, claims as many executions and sends them. If a step fails, no request has left, and
 * the function gives back all places, slots and executions.
 */
async function sendSome(
  ctx: ServiceContext,
  { tools, key, flight }: DeliveryRun,
  places: number,
): Promise<NoSlotsResult | { kind: "sent"; looked: Date; hasMore: boolean }> {
  const token = tools.claims.begin();
  let kept = places;
  try {
    const reserved = await reserveSlots(ctx, tools.statements, { key, count: places, token });
    kept = reserved.kind === "reserved" ? reserved.count : 0;
    tools.places.give(key.projectId, places - kept);
    if (reserved.kind === "no room") {
      tools.claims.release(token);
      return reserved;
    }
    const looked = ctx.now();
    const { claimed, hasMore } = await tools.statements.claim(ctx, key, reserved);
    await flight.send(reserved, claimed);
    return { kind: "sent", looked, hasMore };
  } catch (error) {
    tools.places.give(key.projectId, kept);
    // The claim's statement may still commit later. Then a look finds a claim that this process does not hold.
    tools.goesOn(releaseFailedClaim(ctx, key, token).finally(() => tools.claims.release(token)));
    throw error;
  }
}

/** Waits until the run may claim more executions. Returns false if the run's time ends first. */
async function hasRoom(flight: AttemptsInFlight, until: number): Promise<boolean> {
  const half = performance.now() + HALF_MS;
  for (;;) {
    const now = performance.now();
    if (now >= until) return false;
    if (flight.held() <= HELD_MAX / 2 || (now >= half && flight.held() < HELD_MAX)) return true;
    await flight.recordedWithin(Math.max(1, (now < half ? half : until) - now));
  }
}

/** Waits until a moment that is at most 3 s away. Returns false for a later moment, which needs another run. */
async function waitInside(ctx: ServiceContext, moment: Date): Promise<boolean> {
  const ms = moment.getTime() - ctx.now().getTime();
  if (ms > EARLY_MAX_MS) return false;
  await ctx.wait(Math.max(0, ms));
  return true;
}

/**
 * Ends all due executions of an action that is off or deleted, or whose project is deleted. A job ends the executions
 * that waited at that moment. This function also ends those that came later.
 */
async function endAllRefused(ctx: ServiceContext, key: ActionRef): Promise<void> {
  while ((await endExecutionsOfStoppedAction(ctx, key)) > 0);
}
