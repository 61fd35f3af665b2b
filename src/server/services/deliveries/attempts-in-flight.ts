import { classifyOutcomeForEndpoint } from "@/domain/switch-off";
import type { ServiceContext } from "@/server/context";
import type { DeliveryStatements } from "./delivery-statements";
import { changeEndpointHealth, type EndpointHealthWithRevision } from "./endpoint-health";
import type { EndpointLatencies } from "./endpoint-latencies";
import type { HeldClaims } from "./held-claims";
import { makeRequestBodies, type RenderedBody } from "./make-request-bodies";
import { decideNextStep } from "./record-attempts";
import type { ProjectWorkQueues } from "./project-work-queues";
import type { RequestPlaces } from "./request-places";
import { returnUnusedSlotsToHealth, type SlotReservation } from "./reserve-slots";
import { sendAttempt } from "./send-attempt";
import { freezeRequestBodies, postponeUnrenderedExecutions } from "./freeze-request-bodies";
import { updateHealthByAttempts } from "./update-health-by-attempts";
import type { ActionRef } from "../action-ref";
import type { AttemptResult, ClaimedExecution } from "./types";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";

/** Results of attempts that arrive within this time, ms, are recorded in one statement, up to `BATCH_MAX` of them. */
const GATHER_MS = 5;
const BATCH_MAX = 100;
/** How long `landed` waits for the next recorded result before it checks again, ms. */
const LOOK_MS = 60_000;

/**
 * The requests of one delivery run that are on the wire, or whose results are not recorded yet. A slow request does not
 * delay the others.
 */
export type AttemptsInFlight = {
  /**
   * Sends claimed executions, and gives back the reserved slots and places that it does not need. It does not wait for
   * the answers.
   * @throws if a step before the first request fails. No place is given back then: the caller gives back all places,
   * slots and executions
   */
  send(reservation: SlotReservation, claimed: readonly ClaimedExecution[]): Promise<void>;
  /** returns the number of claimed executions whose results are not recorded yet */
  held(): number;
  /** returns the number of attempts sent so far */
  attempts(): number;
  /**
   * Waits until a result is recorded. Returns false if the timeout ends first.
   * @throws the error if recording failed
   */
  recordedWithin(timeoutMs: number): Promise<boolean>;
  /**
   * Resolves once all results are recorded.
   * @throws the error if recording failed
   */
  landed(): Promise<void>;
};

type Ended = { result: AttemptResult; reservation: SlotReservation };

type InFlightTools = {
  claims: HeldClaims;
  places: RequestPlaces;
  quick: EndpointLatencies;
  turns: ProjectWorkQueues;
  statements: DeliveryStatements;
};

export function createAttemptsInFlight(ctx: ServiceContext, tools: InFlightTools, key: ActionRef): AttemptsInFlight {
  const { claims, places, quick } = tools;
  let [held, attempts, onTheWire] = [0, 0, 0];
  let failure: Error | null = null;
  let recording: Promise<void> | null = null;
  const ended: Ended[] = [];
  /** the endpoint's health as this run has last read or written it */
  let known: EndpointHealthWithRevision | null = null;
  const learn = (health: EndpointHealthWithRevision): void => {
    if (known === null || health.revision > known.revision) known = health;
  };
  /** how many executions of each claim have no recorded result yet, by lease token */
  const unrecorded = new Map<string, number>();
  let gathered: (() => void) | null = null;
  let watchers: ((isRecorded: boolean) => void)[] = [];

  const changed = (): void => {
    const all = watchers;
    watchers = [];
    for (const resolve of all) resolve(true);
  };
  const recordedWithin = async (timeoutMs: number): Promise<boolean> => {
    if (!failure) {
      const isRecorded = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), timeoutMs);
        watchers.push((recorded) => {
          clearTimeout(timer);
          resolve(recorded);
        });
      });
      if (!isRecorded || !failure) return isRecorded;
    }
    throw failure;
  };

  const gather = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      gathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Counts recorded executions of a claim. After the last one this process holds the claim no longer. */
  const countDown = (token: string, recorded: number): void => {
    const left = (unrecorded.get(token) ?? 0) - recorded;
    if (left > 0) return void unrecorded.set(token, left);
    unrecorded.delete(token);
    claims.release(token);
  };

  /**
   * Records the results of ended attempts, batch by batch, until none is left. Only one such loop runs at a time. A
   * failure ends the loop, and those who wait for results get the error.
   */
  const record = async (): Promise<void> => {
    try {
      while (ended.length > 0) {
        if (onTheWire > 0 && ended.length < BATCH_MAX) await gather();
        gathered = null;
        const batch = ended.splice(0, BATCH_MAX);
        learn(await recordBatch(ctx, tools, { key, batch, known: known! }));
        held -= batch.length;
        for (const { reservation } of batch) countDown(reservation.token, 1);
        changed();
      }
    } catch (error) {
      failure = error as Error;
      changed();
    } finally {
      recording = null;
    }
  };

  const sendOne = async (
    reservation: SlotReservation,
    claimed: ClaimedExecution,
    body: RenderedBody,
  ): Promise<void> => {
    const result = await sendAttempt(ctx, reservation.loaded.action, { claimed, body });
    onTheWire -= 1;
    places.give(key.projectId, 1);
    quick.note(key.actionId, classifyOutcomeForEndpoint(result.outcome) === "success" ? result.durationMs : null);
    ended.push({ result, reservation });
    if (onTheWire === 0 || ended.length >= BATCH_MAX) gathered?.();
    recording ??= record();
  };

  return {
    async send(reservation, claimed) {
      const ready = await readyBodies(ctx, reservation, claimed);
      const unused = reservation.count - ready.length;
      learn(unused === 0 ? reservation.loaded.health : await giveBackSlots(ctx, tools, { key, reservation, unused }));
      // No step below can fail. So every execution is counted either as sent or as given back.
      places.give(key.projectId, unused);
      unrecorded.set(reservation.token, ready.length);
      countDown(reservation.token, 0);
      held += ready.length;
      attempts += ready.length;
      onTheWire += ready.length;
      for (const { claimed: execution, body } of ready) void sendOne(reservation, execution, body);
    },
    held: () => held,
    attempts: () => attempts,
    recordedWithin,
    async landed() {
      while (held > 0) await recordedWithin(LOOK_MS);
      if (failure) throw failure;
    },
  };
}

/**
 * Returns the executions whose attempts can run, each with its body or with the error of its template. If a project has
 * used up its processor time for templates, its executions wait again as PENDING. An execution that has lost its lease
 * is left out.
 */
async function readyBodies(
  ctx: ServiceContext,
  { loaded: { action } }: SlotReservation,
  claimed: readonly ClaimedExecution[],
): Promise<{ claimed: ClaimedExecution; body: RenderedBody }[]> {
  const outcomes = await makeRequestBodies(ctx, action, claimed);
  const all = claimed.map((execution, index) => ({ claimed: execution, body: outcomes[index]! }));
  const unmade = all.filter(({ body }) => body === "later").map((each) => each.claimed);
  if (unmade.length > 0) await postponeUnrenderedExecutions(ctx, unmade);
  const made = all.filter((each): each is { claimed: ClaimedExecution; body: RenderedBody } => each.body !== "later");
  const rendered = made.filter(
    (each): each is { claimed: ClaimedExecution; body: RenderedBody & { ok: true } } =>
      each.body.ok && !each.claimed.isFrozen,
  );
  if (rendered.length === 0) return made;
  const frozen = await freezeRequestBodies(ctx, rendered);
  return made.filter(({ claimed: { id, isFrozen }, body }) => isFrozen || !body.ok || frozen.has(id));
}

async function giveBackSlots(
  ctx: ServiceContext,
  { statements, turns }: InFlightTools,
  { key, reservation, unused }: { key: ActionRef; reservation: SlotReservation; unused: number },
): Promise<EndpointHealthWithRevision> {
  const change = returnUnusedSlotsToHealth(reservation, unused);
  const { health } = await statements.changeHealth(ctx, key, { known: reservation.loaded.health, change });
  return health ?? turns.run(key.projectId, () => changeEndpointHealth(ctx.db, key, change));
}

/**
 * Records the results of a batch of attempts. The attempts may belong to different versions of the action. Each attempt
 * follows the retry policy of its own version.
 * @returns the new health of the endpoint
 */
async function recordBatch(
  ctx: ServiceContext,
  tools: InFlightTools,
  { key, batch, known }: { key: ActionRef; batch: readonly Ended[]; known: EndpointHealthWithRevision },
): Promise<EndpointHealthWithRevision> {
  const now = ctx.now();
  const judged = batch.map(({ result, reservation }) => decideNextStep(reservation.loaded.action, result, now));
  const finished = await retryWhileDatabaseIsAway(ctx, () => tools.statements.record(ctx, key, judged));
  return retryWhileDatabaseIsAway(ctx, () => updateHealthByAttempts(ctx, tools, { key, judged, finished, known }));
}
