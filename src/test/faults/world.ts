import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { OutgoingEvent } from "@/server/context";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { makeSystemProjectContext } from "@/server/services/access";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import type { BatchEvent } from "@/server/services/batch-event";
import { claimExecutions } from "@/server/services/deliveries/claim-executions";
import { deliverAction } from "@/server/services/deliveries/deliver-action";
import { createAttemptsInFlight, type AttemptsInFlight } from "@/server/services/deliveries/attempts-in-flight";
import { makeRequestBodies } from "@/server/services/deliveries/make-request-bodies";
import { reserveSlots, type SlotReservation } from "@/server/services/deliveries/reserve-slots";
import { sendAttempt } from "@/server/services/deliveries/send-attempt";
import type { ClaimedExecution } from "@/server/services/deliveries/types";
import { wakeActions, type ActionWake } from "@/server/services/wakes/wake-actions";
import { deliveriesDueEvent, jobRequestedEvent } from "@/server/inngest/events";
import { runJobChunk } from "@/server/services/run-job-chunk";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createLostWorkWatch } from "@/server/services/lost-work-watch";
import { createTestContext, type TestContext } from "../context";
import { testDelivery } from "../deliver";
import { pointAction, makeAction, makeProject, makeTrigger, type TriggerOptions } from "../factories";
import { startReceiver } from "../receiver";

/** run() moves the clock at most this far, ms: the standard schedule of retries takes 75.6 h, and jitter is added. */
const HORIZON_MS = 100 * 3_600_000;
const LOOK_MS = 2_500;
/** A scenario that claims executions itself asks for at most this many at once. */
const CLAIMED_MAX = 25;

/**
 * Makes a project with a receiver of its own and a clock that the test moves. In place of the engine a loop hands each
 * event to its service when it is due. So faults happen at known moments and hours pass at once, with real sockets and
 * rows.
 */
export async function createFaultWorld(connectionString: string) {
  const db = createDatabase(connectionString, 6);
  const receiver = await startReceiver();
  const cipher = createCipher([randomBytes(32).toString("base64")]);
  const context = () => ({ ...createTestContext(db, { allowedHosts: [...receiver.allowedHosts] }), cipher });
  const ctx = context();
  // The clock begins at the present, since receivers check the age of a signature by the real time.
  const clock = ctx.clock;
  const projectId = (await makeProject(ctx)).id;
  const secrets: { actionId: string; secret: string }[] = [];
  const delivery = testDelivery();
  const watch = createLostWorkWatch(ctx);
  /** ids of events that were handed on; as in the engine, a second event with such an id is dropped */
  const taken = new Set<string>();
  let accepted = 0;

  const world = {
    db,
    ctx,
    receiver,
    projectId,
    admin: makeSystemProjectContext(ctx, projectId),
    secrets,
    get accepted() {
      return accepted;
    },
    /** the context of another process: the same database, clock and engine */
    another: (): TestContext => ({
      ...context(),
      now: clock.now,
      wait: ctx.wait,
      clock,
      sent: ctx.sent,
      send: ctx.send,
    }),
    async action(mode: string, change: Parameters<typeof makeAction>[3] = {}): Promise<string> {
      const { id, secret } = await makeAction(ctx, projectId, receiver.url(mode), change);
      secrets.push({ actionId: id, secret });
      return id;
    },
    trigger: (actionIds: string[], options?: TriggerOptions) => makeTrigger(ctx, projectId, actionIds, options),
    /** Hands a batch of events to the matcher, as the engine does, and wakes the actions. */
    async receive(events: BatchEvent[]): Promise<void> {
      await wakeActions(ctx, await world.receiveUnwoken(events));
    },
    /**
     * Hands a batch to the matcher as a process does that dies before it wakes any action. @returns the wakes that it
     * did not send
     */
    async receiveUnwoken(events: BatchEvent[]): Promise<ActionWake[]> {
      const batch = { projectId, eventSource: "observation.created", events };
      const wakes = await createExecutions(ctx, createTriggerCache(), { ...batch });
      accepted += events.length;
      return wakes;
    },
    /** Runs an action's deliverer once, in this process or in another. */
    async deliver(actionId: string, by: TestContext = ctx, at: number | null = null): Promise<void> {
      await deliverAction(by, delivery, { projectId, actionId, at });
      await Promise.all(delivery.left.splice(0));
    },
    /** Claims and sends as a run does whose process dies before it records a result. @returns the number of requests */
    async sendUnrecorded(actionId: string): Promise<number> {
      const { reservation, claimed } = await claim(actionId);
      const { action } = reservation.loaded;
      const bodies = await makeRequestBodies(ctx, action, claimed);
      for (const body of bodies) if (body === "later") throw new Error("a body has to wait");
      const made = bodies.filter((body) => body !== "later");
      await Promise.all(
        claimed.map((execution, n) => sendAttempt(ctx, action, { claimed: execution, body: made[n]! })),
      );
      return claimed.length;
    },
    /** Reserves slots as a run does whose process dies before it claims an execution. @returns the number of slots */
    reserveOnly: async (actionId: string): Promise<number> => (await reserve(actionId)).count,
    /**
     * Claims and sends as a run does, and returns while the requests are on the wire. Each result is recorded when it
     * comes.
     */
    async takeOff(actionId: string): Promise<AttemptsInFlight> {
      const { reservation, claimed } = await claim(actionId);
      const flight = createAttemptsInFlight(ctx, delivery, { projectId, actionId });
      await delivery.places.take(projectId, reservation.count, 0);
      await flight.send(reservation, claimed);
      return flight;
    },
    /** Changes an action's URL to another mode of the receiver, as an edit by a person does. */
    point: (actionId: string, mode: string): Promise<void> => pointAction(ctx, actionId, receiver.url(mode)),
    /** Handles the events that are due now or within `forMs`, in their order. The clock moves to each of them. */
    async run(forMs = HORIZON_MS): Promise<void> {
      const end = clock.now().getTime() + forMs;
      const waiting: OutgoingEvent[] = [];
      for (;;) {
        waiting.push(...ctx.sent.splice(0));
        waiting.sort((left, right) => dueAt(left) - dueAt(right));
        const next = waiting[0];
        if (!next || dueAt(next) > end) break;
        waiting.shift();
        if (next.id !== undefined && taken.has(next.id)) continue;
        if (next.id !== undefined) taken.add(next.id);
        clock.advance(Math.max(0, dueAt(next) - clock.now().getTime()));
        waiting.push(...(await handle(next)));
      }
      ctx.sent.push(...waiting);
    },
    /** Moves the clock and searches for work that no process does, as the program does every few seconds. */
    async look(afterMs = LOOK_MS): Promise<void> {
      clock.advance(afterMs);
      await watch.look();
    },
    /** The number of captured requests that verify with none of the secrets of any action. */
    unverified(): number {
      return receiver.requests.filter(
        ({ rawBody, headers }) =>
          !secrets.some(({ secret }) => verifies(secret, rawBody, headers as Record<string, string>)),
      ).length;
    },
    async close(): Promise<void> {
      await ctx.close();
      await receiver.close();
      await db.$disconnect();
    },
  };

  async function reserve(actionId: string): Promise<SlotReservation> {
    const ask = { key: { projectId, actionId }, count: CLAIMED_MAX, token: delivery.claims.begin() };
    const reservation = await reserveSlots(ctx, delivery.statements, ask);
    if (!("token" in reservation)) throw new Error("its endpoint has no room");
    return reservation;
  }

  async function claim(actionId: string): Promise<{ reservation: SlotReservation; claimed: ClaimedExecution[] }> {
    const reservation = await reserve(actionId);
    const [result] = await claimExecutions(ctx, projectId, [reservation]);
    return { reservation, claimed: result!.claimed };
  }

  /** Hands one event to its service. @returns events that have to come later */
  async function handle(event: OutgoingEvent): Promise<OutgoingEvent[]> {
    switch (event.name) {
      case deliveriesDueEvent.name: {
        const { actionId, at } = event.data as { actionId: string; at: number | null };
        await world.deliver(actionId, ctx, at);
        return [];
      }
      case jobRequestedEvent.name: {
        const next = await runJobChunk(ctx, event.data as { jobId: string; generation: number });
        // In the program this is a sleep within the run. Here it is an event for later.
        return next ? [{ name: event.name, data: event.data, ts: Date.parse(next.nextAt) }] : [];
      }
      default:
        return [];
    }
  }
  return world;
}
export type FaultWorld = Awaited<ReturnType<typeof createFaultWorld>>;

const dueAt = ({ ts = 0 }: OutgoingEvent): number => ts;

function verifies(secret: string, rawBody: string, headers: Record<string, string>): boolean {
  // The library compares a signature's age with the real time, while the test's clock runs ahead. Here the age is not
  // tested.
  const signer = new Webhook(secret);
  const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
  return headers["webhook-signature"]!.split(" ").includes(signer.sign(headers["webhook-id"]!, at, rawBody));
}
