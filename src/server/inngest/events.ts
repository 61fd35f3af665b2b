import { eventType, staticSchema } from "inngest";
import { z } from "zod";
import { unknownVersionMessage } from "@/server/unknown-version";

/*
 * The events that the functions receive and send, each defined once. A function listens with `triggers:
 * [jobRequestedEvent]`. A sender writes `ctx.send([jobRequestedEvent.create({ v: 1, … }, { id })])`. The SDK checks the
 * data when a run starts. Data of an unknown version or another shape ends the run as failed, without another try. The
 * engine keeps the run with its event, so a person can run it again after an update. A change that older programs
 * cannot read needs a new version; the schema then reads both, as a union over `v`.
 */

/**
 * Makes the schema of the version of an event's data, counted from 1. Data without a version has version 1, because
 * programs before 0.1 sent none. The type still demands it from senders.
 */
const version = <V extends number>(known: V) =>
  z.literal(known, { error: ({ input }) => unknownVersionMessage(input, known) }).optional() as unknown as z.ZodType<
    V,
    V
  >;

/** Asks for the chunks of a job: a backfill, or a resend of many executions. */
export const jobRequestedEvent = eventType("action/job.requested", {
  schema: z.object({
    v: version(1),
    jobId: z.string(),
    /** the generation of the job; a run ends if the job has another generation now */
    generation: z.int(),
    /** the number of the run among the runs of the job, from 0 */
    part: z.int(),
  }),
});

/** Wakes the sender of a project's operational notices. */
export const noticesDueEvent = eventType("action/notices.due", {
  schema: z.object({ v: version(1), projectId: z.string() }),
});

/** Wakes the deliverer of an action. `at`: the requested time, epoch ms; null: at once. */
export const deliveriesDueEvent = eventType("action/deliveries.due", {
  schema: z.object({ v: version(1), projectId: z.string(), actionId: z.string(), at: z.number().nullable() }),
});

/**
 * Makes the event of an event source, such as `observation.created`. Its schema accepts everything, because one event
 * that a schema refuses would fail its whole batch. `readStampedEvent` checks version and stamp of each event, and the
 * event source checks its payload. An event that they refuse becomes a rejected event.
 */
export const makeSourceEvent = (name: string) => eventType(name, { schema: z.custom<Record<string, unknown>>() });

/** An event in the form in which a function receives it. */
export type FunctionEvent = { id?: string | undefined; name: string; data: unknown; ts?: number | undefined };

/**
 * The server's event about a run that has no tries left. It holds one event of the run; on some servers it holds all.
 */
export const functionFailedEvent = eventType("inngest/function.failed", {
  schema: staticSchema<{ event?: FunctionEvent; events?: FunctionEvent[]; error?: { message?: string } }>(),
});
