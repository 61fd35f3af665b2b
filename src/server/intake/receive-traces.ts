import type { OtlpEncoding } from "@/domain/opentelemetry/otlp-answer";
import { looksLikeJson } from "../event-reader/read-otlp-export";
import { readReceiptTime } from "../receipt-time";
import {
  countEventKeyUse,
  type NotObservedReason,
  type EventKeyUseCount,
} from "../services/sources/count-event-key-use";
import { readOtlpEncoding, readEventKey } from "./client-headers";
import { readAndForwardClientEvents, type ClientIntakeRequest } from "./read-and-forward-client-events";
import { authenticateSender, makeReplyForError, readEventBodyInTurn, type IntakeRuntime } from "./intake-steps";
import { acceptOtlpExport, convertReplyToOtlpRefusal, refuseOtlpExport } from "./otlp-answer";
import { readContentEncoding, type ContentEncoding } from "../content-encoding";

const MIB = 1_048_576;
/**
 * The limits of an OTLP body, both compressed and uncompressed; `bytesMax` is the size that OTLP recommends. Langfuse's
 * endpoints use them with a smaller `bytesMax`. Langfuse's SDKs wait 5 s for an answer, so a body that gets no memory
 * within 3 s is refused. Once it is read, a body of up to 1 MB waits 2.5 s for its turn. A larger one waits up to 60 s,
 * even after the sender left, because its repeat would cost the same again.
 */
export const INTAKE_BODY_LIMITS = {
  bytesMax: 64 * MIB,
  bodyWithinMs: 60_000,
  roomWithinMs: 3_000,
  turnWithinMs: { small: 2_500, large: 60_000 },
};
/**
 * How long a step may wait for the database, in ms. Clients drop a batch that gets no answer within 5 or 10 s, and
 * repeat it after 503. A large request that makes progress is not cut off, because its repeat would cost the same
 * again.
 */
export const DATABASE_WAIT_MS_MAX = 3_000;
/** The reason that the sources page shows for spans that were dropped. */
const LEFT_OUT = "LLM spans only";

/** Guesses the encoding of an OTLP body without a content type, from its first bytes. */
export const guessOtlpEncoding = (body: Uint8Array): OtlpEncoding => (looksLikeJson(body) ? "json" : "protobuf");

/** Returns how an OTLP body of this content type is compressed, or a message that says why it cannot be read. */
export function readOtlpBodyCompression(
  request: Request,
  type: ReturnType<typeof readOtlpEncoding>,
): { encoding: ContentEncoding } | { problem: string } {
  if (type === undefined) return { problem: "The content type must be application/json or application/x-protobuf." };
  const encoding = readContentEncoding(request);
  return encoding === null ? { problem: "The content encoding must be gzip or deflate, or none." } : { encoding };
}

/**
 * Serves an OTLP export of traces. Each span that is an observation becomes an event `observation.created`, as if it
 * came through the event endpoint. A key with `llmSpansOnly` drops other spans, and the answer does not count them. The
 * answer is 200 when all events are stored, and counts the refused spans. Every temporary failure gets 503. The answer
 * has the encoding of the content type. Without one, the body decides. A refusal before the body is read is JSON then.
 * @param options keyInPath: the event key, if the request has it in its path
 */
export async function receiveTraces(
  runtime: IntakeRuntime,
  request: Request,
  { keyInPath, answerWithinMs = DATABASE_WAIT_MS_MAX }: { keyInPath: string | null; answerWithinMs?: number },
): Promise<Response> {
  const receivedMicros = readReceiptTime(request);
  const type = readOtlpEncoding(request);
  const encoding = type ?? "json";
  try {
    const key = keyInPath ?? readEventKey(request);
    if (key === null)
      return refuseOtlpExport(
        encoding,
        401,
        "Send an event key: Basic with the key as password, Bearer, or x-api-key.",
      );
    const sender = await authenticateSender(runtime, key, answerWithinMs);
    const overload = runtime.overload();
    if (overload) return convertReplyToOtlpRefusal(encoding, overload);
    const packing = readOtlpBodyCompression(request, type);
    if ("problem" in packing) return refuseOtlpExport(encoding, 415, packing.problem);
    const limits = { ...INTAKE_BODY_LIMITS, ...packing };
    return await readEventBodyInTurn(runtime, { request, sender, limits }, (body) =>
      takeExport({
        ...{ runtime, request, sender, receivedMicros, body, answerWithinMs },
        encoding: type ?? guessOtlpEncoding(body),
      }),
    );
  } catch (error) {
    return convertReplyToOtlpRefusal(encoding, makeReplyForError(runtime, error));
  }
}

type Take = ClientIntakeRequest & { encoding: OtlpEncoding };

async function takeExport(take: Take): Promise<Response> {
  const { runtime, encoding, body, sender } = take;
  const { projectId, keyId, llmSpansOnly = false } = sender;
  const { containersMax } = runtime.bodies;
  const { read, refusal } = await readAndForwardClientEvents(take, (input, isPaceLow) =>
    runtime.eventReader.read(
      { protocol: "export", body, input: { ...input, encoding, llmSpansOnly }, containersMax },
      isPaceLow,
    ),
  );
  if (!read.ok) return refuseOtlpExport(encoding, read.status, read.error);
  if (refusal) return convertReplyToOtlpRefusal(encoding, refusal);
  const notTaken = (kind: NotObservedReason, name: string, count: number): EventKeyUseCount => ({
    ...{ projectId, keyId, kind, name, count },
  });
  countEventKeyUse(runtime.context, [
    ...[...read.refused].map(([reason, count]) => notTaken("refused", reason, count)),
    ...(read.leftOut > 0 ? [notTaken("left_out", LEFT_OUT, read.leftOut)] : []),
  ]);
  const refused = [...read.refused.values()].reduce((sum, count) => sum + count, 0);
  return acceptOtlpExport(encoding, { refused, message: read.message });
}
