import { eventType, staticSchema } from "inngest";
import { z } from "zod";

/*
 * The events that the functions take and send, each defined once. A function listens with `triggers: [jobRequested]`.
 * A sender writes `ctx.send([jobRequested.create({ v: 1, … }, { id })])`.
 *
 * The SDK checks the data when a run starts. Data of an unknown version or another shape ends the run as failed, without
 * another try. The engine keeps the run with its event, and a person can run it again after an update.
 * A change that older programs cannot read takes a new version; the schema then reads both, as a union over `v`.
 */

/**
 * The version of an event's data, counted from 1. Data without a version is version 1: programs before 0.1 sent none.
 * The type still asks senders for it.
 */
const version = <V extends number>(known: V) =>
  z.literal(known, { error: ({ input }) => unknownVersion(input, known) }).optional() as unknown as z.ZodType<V, V>;

/** @param seen the event's version, of any type */
export const unknownVersion = (seen: unknown, known: number): string =>
  `The event's data has version ${(JSON.stringify(seen) ?? "none").slice(0, 50)}, and this program reads version ${known}. Update the program, then send the event again.`;

/** Asks for the chunks of a job: a backfill, or a resend of many executions. */
export const jobRequested = eventType("action/job.requested", {
  schema: z.object({
    v: version(1),
    jobId: z.string(),
    /** a run ends if the job has another generation now */
    generation: z.int(),
    /** number of the run among the runs of the job, from 0 */
    part: z.int(),
  }),
});

/** Wakes the sender of a project's operational notices. */
export const noticesDue = eventType("action/notices.due", {
  schema: z.object({ v: version(1), projectId: z.string() }),
});

/** Wakes the deliverer of an action. `at`: the requested time, epoch ms; null: at once. */
export const deliveriesDue = eventType("action/deliveries.due", {
  schema: z.object({ v: version(1), projectId: z.string(), actionId: z.string(), at: z.number().nullable() }),
});

/**
 * The event of an event source, such as `observation.created`. Its schema takes everything: one event that a schema
 * refuses would fail its whole batch. `readStampedEvent` checks version and stamp of each event, and the event source its
 * payload; what they refuse is kept as a rejected event.
 */
export const sourceEvent = (name: string) => eventType(name, { schema: z.custom<Record<string, unknown>>() });

/** An event as a function receives it. */
export type IncomingEvent = { id?: string | undefined; name: string; data: unknown; ts?: number | undefined };

/** The server's event about a run without tries left. It holds one event of the run, on some servers all. */
export const functionFailed = eventType("inngest/function.failed", {
  schema: staticSchema<{ event?: IncomingEvent; events?: IncomingEvent[]; error?: { message?: string } }>(),
});
