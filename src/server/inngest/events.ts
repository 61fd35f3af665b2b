import { eventType, staticSchema } from "inngest";
import { z } from "zod";
import { describeUnknownVersion } from "@/server/unknown-version";

/*
 * The Inngest events that the program's functions receive and send. A function listens with `triggers:
 * [jobRequestedEvent]`. A sender writes `ctx.send([jobRequestedEvent.create({ v: 1, … }, { id })])`. The SDK checks the
 * data when a run starts. Data of an unknown version or shape fails the run without a retry. The engine keeps that run
 * with its event, so a person can rerun it after an update. A change that older programs cannot read needs a new
 * version `v`; the schema then reads both versions.
 */

/**
 * Makes the schema for the version of an event's data, from 1. Data without a version has version 1, because programs
 * before 0.1 sent none. The type still requires senders to set one.
 */
const version = <V extends number>(known: V) =>
  z.literal(known, { error: ({ input }) => describeUnknownVersion(input, known) }).optional() as unknown as z.ZodType<
    V,
    V
  >;

/** Asks for the next chunks of a job, such as a backfill or a resend of many executions. */
export const jobRequestedEvent = eventType("action/job.requested", {
  schema: z.object({
    v: version(1),
    jobId: z.string(),
    /** The generation of the job when the event was sent. A run ends at once if the job has a newer one. */
    generation: z.int(),
    /** The number of this run among the runs of the job, from 0. */
    part: z.int(),
  }),
});

/** Asks for a project's due notices to be sent to its operational webhook. */
export const noticesDueEvent = eventType("action/notices.due", {
  schema: z.object({ v: version(1), projectId: z.string() }),
});

/**
 * Asks for the due executions of an action to be delivered. `at` is the requested time in epoch ms; null means at once.
 */
export const deliveriesDueEvent = eventType("action/deliveries.due", {
  schema: z.object({ v: version(1), projectId: z.string(), actionId: z.string(), at: z.number().nullable() }),
});

/**
 * Makes the Inngest event of an event source, such as `observation.created`. Its schema accepts any data, because one
 * event that it refused would fail the whole batch. `readStampedEvent` checks version and stamp of each event, and the
 * event source its payload. An event that fails is stored as a rejected event.
 */
export const makeSourceEvent = (name: string) => eventType(name, { schema: z.custom<Record<string, unknown>>() });

/** An event as a function receives it. */
export type EventForFunction = { id?: string | undefined; name: string; data: unknown; ts?: number | undefined };

/**
 * The event that the engine sends when a run has failed for good. It holds the first event of the run; some servers
 * send all of them.
 */
export const functionFailedEvent = eventType("inngest/function.failed", {
  schema: staticSchema<{ event?: EventForFunction; events?: EventForFunction[]; error?: { message?: string } }>(),
});
