import { EVENT_LIMITS } from "../engine/event-endpoint";
import { readReceiptTime } from "../receipt-time";
import {
  countEventKeyUse,
  type NotObservedReason,
  type EventKeyUseCount,
} from "../services/sources/count-event-key-use";
import { readAndForwardClientEvents, type ClientIntakeRequest } from "./read-and-forward-client-events";
import { makeFailedReply, readEventBodyInTurn, type IntakeRuntime } from "./intake-steps";
import { refuseLangfuseRequest, withLangfuseKey } from "./langfuse-answers";
import { DATABASE_WAIT_MS_MAX, INTAKE_BODY_LIMITS } from "./receive-traces";
import { readContentEncoding } from "../content-encoding";

/**
 * Serves a batch of Langfuse's SDKs up to version 3. Each event about an observation becomes a patch, which is merged
 * into the stored observation before matching. The answer to a readable batch is 207 with a result for each event.
 */
export function receiveLangfuseBatch(
  runtime: IntakeRuntime,
  request: Request,
  { answerWithinMs = DATABASE_WAIT_MS_MAX } = {},
): Promise<Response> {
  const receivedMicros = readReceiptTime(request);
  return withLangfuseKey(runtime, { request, withinMs: answerWithinMs }, async (sender) => {
    const overload = runtime.overload();
    if (overload) return refuseLangfuseRequest(overload);
    const encoding = readContentEncoding(request);
    if (encoding === null)
      return refuseLangfuseRequest(makeFailedReply(415, "The content encoding must be gzip or deflate, or none."));
    const limits = { ...INTAKE_BODY_LIMITS, bytesMax: EVENT_LIMITS.requestBytesMax, encoding };
    return readEventBodyInTurn(runtime, { request, sender, limits }, (body) =>
      takeBatch({ runtime, request, sender, receivedMicros, body, answerWithinMs }),
    );
  });
}

async function takeBatch(taken: ClientIntakeRequest): Promise<Response> {
  const { runtime, request, body, sender } = taken;
  const sdkName = request.headers.get("x-langfuse-sdk-name");
  const { containersMax } = runtime.bodies;
  const { read, refusal } = await readAndForwardClientEvents(taken, (input, isPaceLow) =>
    runtime.eventReader.read({ protocol: "batch", body, input: { ...input, sdkName }, containersMax }, isPaceLow),
  );
  if (!read.ok)
    return read.status === 400 ? invalid(read.error) : refuseLangfuseRequest(makeFailedReply(read.status, read.error));
  if (refusal) return refuseLangfuseRequest(refusal);
  const { projectId, keyId } = sender;
  const notes = (kind: NotObservedReason, counts: Map<string, number>): EventKeyUseCount[] =>
    [...counts].map(([name, count]) => ({ projectId, keyId, kind, name, count }));
  countEventKeyUse(runtime.context, [...notes("refused", read.rejected), ...notes("dropped", read.dropped)]);
  return Response.json(read.answer, { status: 207 });
}

const invalid = (error: string): Response =>
  Response.json({ message: "Invalid request data", errors: [error] }, { status: 400 });
