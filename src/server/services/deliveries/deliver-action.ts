import type { ServiceContext } from "@/server/context";
import { claimExecutions, endExecutionsOfStoppedAction } from "./claim-executions";
import { createAttemptsInFlight, type AttemptsInFlight } from "./attempts-in-flight";
import { releaseFailedClaim } from "./release-failed-claim";
import { findNextDueAt } from "./find-next-due-at";
import type { HeldClaims } from "./held-claims";
import type { ProjectWorkQueues } from "./project-work-queues";
import { reserveSlots, type NoSlotsResult } from "./reserve-slots";
import type { EndpointLatencies } from "./endpoint-latencies";
import type { ActionRef } from "../action-ref";
import { markDeliveryRunStarted, wakeActions } from "../wakes/wake-actions";
import type { RequestPlaces } from "./request-places";

/** How long a run makes claims, ms. */
const CLAIMING_MS = 10_000;
/** The most executions that one run may hold, claimed and not recorded yet. */
const HELD_MAX = 100;
/**
 * A run first waits for half of its places on the wire, so that claims are large. After this time, in ms, one free
 * place is enough.
 */
const HALF_MS = 100;
/** How long a run waits for a place on the wire, ms. */
const PLACE_WAIT_MS = 1_000;
/**
 * How long a run waits for the next result, ms, more or less by half at random. Slower requests continue in the
 * process, under their lease. Runs that began together end at different times, so their wakes come one after the other.
 */
const RESULT_WAIT_MS = 2_000;
const resultWaitMs = (): number => RESULT_WAIT_MS * (0.5 + Math.random());
/** The delay of the next run, ms, if rows were left because another run had locked them. */
const LEFT_BEHIND_MS = 500;
/** A run that starts up to this early waits for its time, ms: the clock of an Inngest server has whole seconds. */
const EARLY_MAX_MS = 3_000;

export type DeliveryDependencies = {
  claims: HeldClaims;
  places: RequestPlaces;
  turns: ProjectWorkQueues;
  quick: EndpointLatencies;
  /** the projects for which a matching run has requests in flight */
  projectsAtOnce: Set<string>;
  /** keeps work that outlives its run, so that a stopping program waits for the work */
  goesOn: (work: Promise<void>) => void;
};

/** One run over the due executions of one action, with the executions that it has claimed. */
type DeliveryRun = { tools: DeliveryDependencies; key: ActionRef; flight: AttemptsInFlight };

/**
 * Delivers the due executions of one action. It claims, sends and records, and repeats while rows are due and its time
 * allows. It ends with a request for the next wake. It takes at most 30 s, however slow the endpoint is.
 * @param at the time for which this run was asked, epoch ms; null: at once
 */
export async function deliverAction(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  { projectId, actionId, at }: ActionRef & { at: number | null },
): Promise<{ attempts: number; onTheWire: number }> {
  const key = { projectId, actionId };
  // The mark is cleared before the look for rows. So a transaction that commits later asks for its own run.
  await tools.turns.run(projectId, () => markDeliveryRunStarted(ctx, key));
  return deliverWithoutWake(ctx, tools, { ...key, at, claimingMs: CLAIMING_MS });
}

/**
 * Delivers due executions as `deliverAction` does, but without a wake. The mark of a wake whose run has not started
 * stays.
 * @param claimingMs how long it makes claims
 */
export async function deliverWithoutWake(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  { projectId, actionId, at, claimingMs }: ActionRef & { at: number | null; claimingMs: number },
): Promise<{ attempts: number; onTheWire: number }> {
  const key = { projectId, actionId };
  const flight = createAttemptsInFlight(ctx, tools, key);
  const run = { tools, key, flight };
  try {
    const again = await claimAndSend(ctx, run, { at, until: performance.now() + claimingMs });
    if (again) await tools.turns.run(projectId, () => wakeActions(ctx, [{ ...key, dueAt: again }], { started: at }));
  } finally {
    if (flight.held() > 0) tools.goesOn(land(ctx, run));
  }
  return { attempts: flight.attempts(), onTheWire: flight.held() };
}

/** Waits for the slow requests of an ended run, and asks for a wake if rows may go in their place. */
async function land(ctx: ServiceContext, { tools, key, flight }: DeliveryRun): Promise<void> {
  try {
    await flight.landed();
    await tools.turns.run(key.projectId, async () => {
      const next = await findNextDueAt(ctx, key);
      if (next) await wakeActions(ctx, [{ ...key, dueAt: next }]);
    });
  } catch (error) {
    // The leases of these executions expire, and the next look finds the executions.
    ctx.log.error({ err: error, actionId: key.actionId }, "results of attempts could not be recorded");
  }
}

/**
 * Claims and sends while rows are due.
 * @returns the time of the next look; null if the next change of the action asks for a wake
 */
async function claimAndSend(
  ctx: ServiceContext,
  run: DeliveryRun,
  { at, until }: { at: number | null; until: number },
): Promise<Date | null> {
  const { tools, key, flight } = run;
  while (await hasRoom(flight, until)) {
    const places = await tools.places.take(key.projectId, HELD_MAX - flight.held(), PLACE_WAIT_MS);
    if (places === 0) return ctx.now();
    const sent = await sendSome(ctx, run, places);
    if (sent.kind === "no room") {
      if (!sent.loaded || sent.loaded.action.stopped) {
        if (sent.loaded?.action.stopped === "off or deleted") await endAllRefused(ctx, key);
        return null;
      }
      // This run's requests in flight give slots back when they end. One may be the probe that closes the breaker.
      const isOwn = flight.held() > 0 && (await flight.recordedWithin(resultWaitMs()));
      if (isOwn || (sent.at && (await waitInside(ctx, sent.at)))) continue;
      return sent.at;
    }
    const { looked, hasMore } = sent;
    if (hasMore) continue;
    while (flight.held() > 0 && (await flight.recordedWithin(resultWaitMs())));
    const next = await tools.turns.run(key.projectId, () => findNextDueAt(ctx, key));
    // Another run had locked this row at the last look, or all slots were taken.
    if (next && next <= looked) return new Date(ctx.now().getTime() + LEFT_BEHIND_MS);
    if (next && at !== null && next.getTime() <= at && (await waitInside(ctx, next))) continue;
    return next;
  }
  return ctx.now();
}

/**
 * Reserves slots, claims executions for them and sends. If a step fails, no request has left, and all slots and
 * executions are given back.
 */
async function sendSome(
  ctx: ServiceContext,
  { tools, key, flight }: DeliveryRun,
  places: number,
): Promise<NoSlotsResult | { kind: "sent"; looked: Date; hasMore: boolean }> {
  const token = tools.claims.begin();
  let kept = places;
  try {
    const taken = await tools.turns.run(key.projectId, async () => {
      const reserved = await reserveSlots(ctx, key, { count: places, token });
      kept = reserved.kind === "reserved" ? reserved.count : 0;
      tools.places.give(key.projectId, places - kept);
      if (reserved.kind === "no room") return reserved;
      const looked = ctx.now();
      return { kind: "taken" as const, reserved, looked, ...(await claimExecutions(ctx, key, reserved)) };
    });
    if (taken.kind === "no room") {
      tools.claims.release(token);
      return taken;
    }
    const { reserved, claimed, looked, hasMore } = taken;
    // This step takes no turn, because a slow template must not stop the other actions of its project.
    await flight.send(reserved, claimed);
    return { kind: "sent", looked, hasMore };
  } catch (error) {
    tools.places.give(key.projectId, kept);
    // The claim's statement may still run on its broken connection. A later look then finds an unknown claim.
    tools.goesOn(releaseFailedClaim(ctx, key, token).finally(() => tools.claims.release(token)));
    throw error;
  }
}

/** Waits until the run may claim more. Returns false if the run's time ends first. */
async function hasRoom(flight: AttemptsInFlight, until: number): Promise<boolean> {
  const half = performance.now() + HALF_MS;
  for (;;) {
    const now = performance.now();
    if (now >= until) return false;
    if (flight.held() <= HELD_MAX / 2 || (now >= half && flight.held() < HELD_MAX)) return true;
    await flight.recordedWithin(Math.max(1, (now < half ? half : until) - now));
  }
}

/** Waits until a moment in the near future. Returns false if the moment is far away: another run comes for it. */
async function waitInside(ctx: ServiceContext, moment: Date): Promise<boolean> {
  const ms = moment.getTime() - ctx.now().getTime();
  if (ms > EARLY_MAX_MS) return false;
  await ctx.wait(Math.max(0, ms));
  return true;
}

/**
 * Ends rows that were created while the action was switched off; a job ends the earlier rows. It stops when no refused
 * row is left. If a person switches the action on again, that change asks for its own wake.
 */
async function endAllRefused(ctx: ServiceContext, key: ActionRef): Promise<void> {
  while ((await endExecutionsOfStoppedAction(ctx, key)) > 0);
}
