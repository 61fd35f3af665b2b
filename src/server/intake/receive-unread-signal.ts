import type { OtlpEncoding } from "@/domain/opentelemetry/otlp-answer";
import { countSignalItems, type UnsupportedSignal } from "@/domain/opentelemetry/decode/count-items";
import { OtlpDecodingError } from "@/domain/opentelemetry/decode/trace-export";
import { readOtlpEncoding, readEventKey } from "./client-headers";
import { authenticateSender, makeReplyForError, readEventBodyInTurn, type IntakeRuntime } from "./intake-steps";
import { acceptOtlpExport, convertReplyToOtlpRefusal, refuseOtlpExport } from "./otlp-answer";
import { DATABASE_WAIT_MS_MAX, INTAKE_BODY_LIMITS, guessOtlpEncoding, readOtlpBodyCompression } from "./receive-traces";

const names = { logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/**
 * Accepts an OTLP export of metrics or logs and stores none of it, which the answer says. After a 404 the sender would
 * log an error each time.
 */
export async function receiveUnreadSignal(
  runtime: IntakeRuntime,
  request: Request,
  { signal, keyInPath }: { signal: UnsupportedSignal; keyInPath: string | null },
): Promise<Response> {
  const type = readOtlpEncoding(request);
  const encoding: OtlpEncoding = type ?? "json";
  try {
    const key = keyInPath ?? readEventKey(request);
    if (key === null) return refuseOtlpExport(encoding, 401, "Send an event key.");
    const sender = await authenticateSender(runtime, key, DATABASE_WAIT_MS_MAX);
    const packing = readOtlpBodyCompression(request, type);
    if ("problem" in packing) return refuseOtlpExport(encoding, 415, packing.problem);
    const limits = { ...INTAKE_BODY_LIMITS, ...packing };
    return await readEventBodyInTurn(runtime, { request, sender, limits }, async (body) => {
      const found = type ?? guessOtlpEncoding(body);
      const given = found === "protobuf" ? body : Buffer.from(body).toString("utf8");
      const refused = body.length === 0 ? 0 : countSignalItems(signal, given);
      const message = refused === 0 ? "" : `This server takes traces only; ${signal} are not kept.`;
      return acceptOtlpExport(found, { refused, message, name: names[signal] });
    });
  } catch (error) {
    if (error instanceof OtlpDecodingError) return refuseOtlpExport(encoding, 400, error.message);
    return convertReplyToOtlpRefusal(encoding, makeReplyForError(runtime, error));
  }
}
