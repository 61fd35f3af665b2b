import { EVENT_LIMITS } from "../engine/event-endpoint";
import { receiptOf } from "../receipt";
import { noteSources, type NotTaken, type SourceNote } from "../services/sources/note-sources";
import { forwardPortions, type IntakeRequest } from "./forward-portions";
import { failed, withEventBody, type IntakeRuntime } from "./intake-steps";
import { refuseJson, withKey } from "./langfuse-answers";
import { ANSWER_WITHIN_MS, BODY_LIMITS } from "./receive-traces";
import { contentEncodingOf } from "./unpack";

/**
 * Receives a batch of Langfuse's SDKs up to version 3. Each event becomes a patch, which is merged into the stored
 * observation when the event is matched. The answer is 207 with the result of each event.
 */
export function receiveBatch(
  runtime: IntakeRuntime,
  request: Request,
  { answerWithinMs = ANSWER_WITHIN_MS } = {},
): Promise<Response> {
  const receivedMicros = receiptOf(request);
  return withKey(
    runtime,
    request,
    async (sender) => {
      const overload = runtime.overload();
      if (overload) return refuseJson(overload);
      const encoding = contentEncodingOf(request);
      if (encoding === null) return refuseJson(failed(415, "The content encoding must be gzip or deflate, or none."));
      const limits = { ...BODY_LIMITS, bytesMax: EVENT_LIMITS.requestBytesMax, encoding };
      return withEventBody(runtime, request, sender, limits, (body) =>
        takeBatch({ runtime, request, sender, receivedMicros, body, answerWithinMs }),
      );
    },
    answerWithinMs,
  );
}

async function takeBatch(taken: IntakeRequest): Promise<Response> {
  const { runtime, request, body, sender } = taken;
  const sdkName = request.headers.get("x-langfuse-sdk-name");
  const { containersMax } = runtime.bodies;
  const { read, refusal } = await forwardPortions(taken, (input, isPaceLow) =>
    runtime.eventReader.read({ protocol: "batch", body, input: { ...input, sdkName }, containersMax }, isPaceLow),
  );
  if (!read.ok) return read.status === 400 ? invalid(read.error) : refuseJson(failed(read.status, read.error));
  if (refusal) return refuseJson(refusal);
  const { projectId, keyId } = sender;
  const notes = (kind: NotTaken, counts: Map<string, number>): SourceNote[] =>
    [...counts].map(([name, count]) => ({ projectId, keyId, kind, name, count }));
  noteSources(runtime.context, [...notes("refused", read.rejected), ...notes("dropped", read.dropped)]);
  return Response.json(read.answer, { status: 207 });
}

const invalid = (error: string): Response =>
  Response.json({ message: "Invalid request data", errors: [error] }, { status: 400 });
