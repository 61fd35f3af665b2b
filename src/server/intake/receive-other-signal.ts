import type { OtlpEncoding } from "@/domain/opentelemetry/otlp-answer";
import { countSignalItems, type UnreadSignal } from "@/domain/opentelemetry/decode/count-items";
import { OtlpDecodingError } from "@/domain/opentelemetry/decode/trace-export";
import { eventKeyIn } from "./client-headers";
import { authenticate, failure, withEventBody, type IntakeRuntime } from "./intake-steps";
import { acceptExport, refuseAs, refuseExport } from "./otlp-answer";
import { ANSWER_WITHIN_MS, BODY_LIMITS, encodingOf, lookAt, packingOf } from "./receive-traces";

const names = { logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/**
 * Accepts metrics or logs and stores none of them. The answer says so. After a 404 the sender would log an error each
 * time.
 */
export async function receiveOtherSignal(
  runtime: IntakeRuntime,
  request: Request,
  signal: UnreadSignal,
  keyInPath: string | null,
): Promise<Response> {
  const type = encodingOf(request);
  const encoding: OtlpEncoding = type ?? "json";
  try {
    const key = keyInPath ?? eventKeyIn(request);
    if (key === null) return refuseExport(encoding, 401, "Send an event key.");
    const sender = await authenticate(runtime, key, ANSWER_WITHIN_MS);
    const packing = packingOf(request, type);
    if ("problem" in packing) return refuseExport(encoding, 415, packing.problem);
    return await withEventBody(runtime, request, sender, { ...BODY_LIMITS, ...packing }, async (body) => {
      const found = type ?? lookAt(body);
      const given = found === "protobuf" ? body : Buffer.from(body).toString("utf8");
      const refused = body.length === 0 ? 0 : countSignalItems(signal, given);
      const message = refused === 0 ? "" : `This server takes traces only; ${signal} are not kept.`;
      return acceptExport(found, { refused, message, name: names[signal] });
    });
  } catch (error) {
    if (error instanceof OtlpDecodingError) return refuseExport(encoding, 400, error.message);
    return refuseAs(encoding, failure(runtime, error));
  }
}
