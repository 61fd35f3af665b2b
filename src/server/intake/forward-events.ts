import { createHash } from "node:crypto";
import { EVENT_LIMITS } from "../engine/event-endpoint";
import { requestSeed } from "../event-reader/event-seed";
import type { Forwarded } from "../forwarded";
import { stampEvents, type StampInput } from "../services/events";
import { redactionOf } from "../services/redaction/redaction-of";
import { depthOf, limitRate, traceIntake, within, type EventSender, type IntakeRuntime } from "./intake-steps";

/** An event that the endpoint made from the content of a client's request. The same content gets the same id. */
export type IntakeEvent = StampInput["events"][number] & { id: string };

/**
 * Makes the id of an event from its content. So the same content, sent to a project again, makes no second event.
 * @param protocol keeps the ids of two protocols apart
 */
export const idOfContent = (protocol: string, projectId: string, ...content: string[]): string =>
  `${protocol}:${createHash("sha256")
    .update(JSON.stringify([projectId, ...content]))
    .digest("base64url")
    .slice(0, 26)}`;

/** One request of a client, read. */
export type IntakeRequest = {
  runtime: IntakeRuntime;
  request: Request;
  sender: EventSender;
  receivedMicros: number;
  body: Uint8Array;
  /** how long each step may wait for the database */
  answerWithinMs: number;
};

/**
 * Hands events to the engine in use, at most 5,000 at once.
 * @returns the refusal that ended it; null where all events are durable
 */
export async function forwardEvents(
  intake: IntakeRequest,
  events: readonly IntakeEvent[],
  traits: StampInput["body"],
): Promise<Forwarded | null> {
  const span = traceIntake(intake.runtime, intake.request);
  let refusal: Forwarded | null = null;
  try {
    refusal = await forwardSlices(intake, events, traits, span?.traceparent);
  } finally {
    span?.end(refusal ? { "http.response.status_code": refusal.status } : {});
  }
  return refusal;
}

async function forwardSlices(
  { runtime, request, sender, receivedMicros, body, answerWithinMs }: IntakeRequest,
  events: readonly IntakeEvent[],
  traits: StampInput["body"],
  traceparent: string | undefined,
): Promise<Forwarded | null> {
  await within(answerWithinMs, limitRate(runtime, sender, events.length));
  const redaction = await within(answerWithinMs, redactionOf(runtime.context, sender.projectId));
  for (let start = 0; start < events.length; start += EVENT_LIMITS.eventsMax) {
    const slice = events.slice(start, start + EVENT_LIMITS.eventsMax);
    const now = runtime.context.now();
    const stamped = stampEvents({
      sender: { projectId: sender.projectId, keyId: sender.keyId, depth: depthOf(request), traceparent },
      events: slice.map(({ id: _id, ...event }) => event),
      ids: slice.map(({ id }) => id),
      body: traits,
      redaction,
      stampKey: runtime.stampKey,
      // A later slice counts as received later: places count from 0 in each.
      receivedMicros: receivedMicros + start / EVENT_LIMITS.eventsMax,
      isPaceLow: (count) => runtime.isPaceLow?.(sender.projectId, count) ?? false,
      now,
    });
    const seed = requestSeed({ projectId: sender.projectId, sent: null, body, now });
    const answer = await within(answerWithinMs, runtime.forward(stamped, seed));
    if (answer.status !== 200) return answer;
  }
  return null;
}
