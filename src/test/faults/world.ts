import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { OutgoingEvent } from "@/server/context";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { systemProjectContext } from "@/server/services/access";
import { createActions } from "@/server/services/action-creation";
import type { BatchEvent } from "@/server/services/action-creation/types";
import { deliverBatch, deliverOne } from "@/server/services/action-delivery";
import { dispatchParked, type ParkedEvent } from "@/server/services/action-delivery/parked";
import { dispatch, eventNames, type DueEvent, type RequestedEvent } from "@/server/services/dispatch";
import { jobRequested } from "@/server/inngest/events";
import { runJobChunk } from "@/server/services/jobs/run";
import { sweep } from "@/server/services/sweep";
import { createTriggerCache } from "@/server/services/trigger-cache";
import { createTestContext } from "../context";
import { pointAction, makeAction, makeProject, makeTrigger } from "../factories";
import { startReceiver } from "../receiver";

/** The longest that the clock is run ahead for what waits: the standard schedule takes 75.6 h, and jitter. */
const HORIZON_MS = 100 * 3_600_000;
const SWEEP_MS = 3_000;

/**
 * A project with its own receiver and a clock that stands, and in place of the engine a loop that hands each event to its
 * service when it is due: so that faults happen at known moments and hours pass at once, over real sockets and rows.
 */
export async function createFaultWorld(connectionString: string) {
  const db = createDatabase(connectionString, 6);
  const receiver = await startReceiver();
  const cipher = createCipher([randomBytes(32).toString("base64")]);
  const context = () => ({ ...createTestContext(db, { allowedHosts: [...receiver.allowedHosts] }), cipher });
  const ctx = context();
  // The clock begins at the present: the check of signatures goes by the real one.
  const clock = ctx.clock;
  const projectId = (await makeProject(ctx)).id;
  const secrets: { actionId: string; secret: string }[] = [];
  let accepted = 0;
  let leases = 0;
  const leaseToken = (): string => `1:fault-${++leases}`;

  const world = {
    db,
    ctx,
    receiver,
    projectId,
    admin: systemProjectContext(ctx, projectId),
    secrets,
    get accepted() {
      return accepted;
    },
    leaseToken,
    /** another process on the same database, with the same clock */
    another: () => ({ ...context(), now: clock.now, clock }),
    async action(mode: string, change: Parameters<typeof makeAction>[3] = {}): Promise<string> {
      const { id, secret } = await makeAction(ctx, projectId, receiver.url(mode), change);
      secrets.push({ actionId: id, secret });
      return id;
    },
    trigger: (actionIds: string[]) => makeTrigger(ctx, projectId, actionIds),
    /** Hands a batch of events to the matcher, as the engine does. */
    async receive(events: BatchEvent[]): Promise<void> {
      const { dispatch: items, cancel } = await createActions(ctx, createTriggerCache(), {
        projectId,
        eventSource: "observation.created",
        events,
      });
      accepted += events.length;
      await dispatch(ctx, items, cancel);
    },
    /** Points an action to another mode of the receiver, as an edit of its URL does. */
    point: (actionId: string, mode: string): Promise<void> => pointAction(ctx, actionId, receiver.url(mode)),
    /** Runs what is due, and what becomes due within so much time, the clock moved from one to the next. */
    async run(forMs = HORIZON_MS): Promise<void> {
      const end = clock.now().getTime() + forMs;
      const waiting: OutgoingEvent[] = [];
      for (;;) {
        waiting.push(...ctx.sent.splice(0));
        waiting.sort((left, right) => dueAt(left) - dueAt(right));
        const next = waiting[0];
        if (!next || dueAt(next) > end) break;
        waiting.shift();
        clock.advance(Math.max(0, dueAt(next) - clock.now().getTime()));
        waiting.push(...(await handle(next)));
      }
      ctx.sent.push(...waiting);
    },
    /** The sweeper, as it comes every few seconds. */
    async sweep(afterMs = SWEEP_MS): Promise<void> {
      clock.advance(afterMs);
      await sweep(ctx);
    },
    /** Whether every captured request verifies with one of its action's secrets. */
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

  /** One event by its service; what has to come again is returned as an event. */
  async function handle(event: OutgoingEvent): Promise<OutgoingEvent[]> {
    switch (event.name) {
      case eventNames.due:
        await dispatch(ctx, await deliverBatch(ctx, leaseToken, (event.data as DueEvent).claims));
        return [];
      case eventNames.requested: {
        const data = event.data as RequestedEvent;
        const verdict = await deliverOne(ctx, leaseToken, data);
        return verdict.result === "again" ? [{ ...event, data: { ...data, dueAt: verdict.at } }] : [];
      }
      case eventNames.parked:
        await dispatchParked(ctx, event.data as ParkedEvent);
        return [];
      case jobRequested.name: {
        const next = await runJobChunk(ctx, event.data as { jobId: string; generation: number });
        return next ? [{ ...event, ts: Date.parse(next.nextAt) }] : [];
      }
      default:
        return [];
    }
  }
  return world;
}
export type FaultWorld = Awaited<ReturnType<typeof createFaultWorld>>;

function dueAt({ ts, data }: OutgoingEvent): number {
  const { dueAt: due } = data as { dueAt?: string };
  return ts ?? (due === undefined ? 0 : Date.parse(due));
}

function verifies(secret: string, rawBody: string, headers: Record<string, string>): boolean {
  // The clock of the test runs ahead of the one that the library looks at: the age of a signature is not the question here.
  const signer = new Webhook(secret);
  const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
  return headers["webhook-signature"]!.split(" ").includes(signer.sign(headers["webhook-id"]!, at, rawBody));
}
