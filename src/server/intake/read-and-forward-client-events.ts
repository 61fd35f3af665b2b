import type { SendEventsReply } from "../engine-reply";
import type { ClientRequestInput, StampedEventPortion } from "../event-reader/stamp-events-in-portions";
import { getCachedRedactionRules } from "../services/redaction/cached-redaction-rules";
import { readClientSdk } from "./client-headers";
import {
  readWebhookDepth,
  limitEventRate,
  startIntakeSpan,
  withTimeLimit,
  type AuthenticatedSender,
  type IntakeRuntime,
} from "./intake-steps";

/** A request of an OTLP or Langfuse client, with its body. */
export type ClientIntakeRequest = {
  runtime: IntakeRuntime;
  request: Request;
  sender: AuthenticatedSender;
  receivedMicros: number;
  body: Uint8Array;
  /** How long each step may wait for the database, in ms. */
  answerWithinMs: number;
};

type Portions = {
  ok: true;
  /** The number of events in all portions. */
  count: number;
  portions: StampedEventPortion[];
};

/**
 * Parses the body of an OTLP or Langfuse request, and passes its events in portions to the embedded engine or the
 * Inngest server.
 * @param read parses the body
 * @returns `read`: the result of `read`; `refusal`: the answer that refused the events, null if no event was refused
 */
export async function readAndForwardClientEvents<Read extends Portions | { ok: false }>(
  intake: ClientIntakeRequest,
  read: (input: ClientRequestInput, isPaceLow: (count: number) => boolean) => Promise<Read>,
): Promise<{ read: Read; refusal: SendEventsReply | null }> {
  const { runtime, request, sender, receivedMicros, answerWithinMs } = intake;
  const { projectId, keyId } = sender;
  const span = startIntakeSpan(runtime, request);
  let refusal: SendEventsReply | null = null;
  try {
    const made = await read(
      {
        sender: { projectId, keyId, depth: readWebhookDepth(request), traceparent: span?.traceparent },
        client: readClientSdk(request),
        redaction: await withTimeLimit(answerWithinMs, getCachedRedactionRules(runtime.context, projectId)),
        stampKey: runtime.stampKey,
        receivedMicros,
        now: runtime.context.now(),
      },
      (count) => runtime.isPaceLow?.(projectId, count) ?? false,
    );
    if (made.ok) refusal = await forward(intake, made);
    return { read: made, refusal };
  } finally {
    span?.end(refusal ? { "http.response.status_code": refusal.status } : {});
  }
}

async function forward(
  { runtime, sender, answerWithinMs }: ClientIntakeRequest,
  { count, portions }: Portions,
): Promise<SendEventsReply | null> {
  await withTimeLimit(answerWithinMs, limitEventRate(runtime, sender, count));
  // A stored portion leaves the list, so that its memory is freed.
  for (let portion = portions.shift(); portion; portion = portions.shift()) {
    const answer = await withTimeLimit(answerWithinMs, runtime.forward(portion.events, portion.seed));
    if (answer.status !== 200) return answer;
  }
  return null;
}
