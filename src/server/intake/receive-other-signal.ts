import type { Encoding } from "@/domain/opentelemetry/answer";
import { countItems, type OtherSignal } from "@/domain/opentelemetry/decode/count-items";
import { OtlpDecodingError } from "@/domain/opentelemetry/decode/trace-export";
import { eventKeyIn } from "./client-headers";
import { authenticate, failure, withEventBody, type IntakeRuntime } from "./intake-steps";
import { acceptExport, refuseAs, refuseExport } from "./otlp-answer";
import { BODY_LIMITS, ANSWER_WITHIN_MS, encodingOf } from "./receive-traces";
import { contentEncodingOf } from "./unpack";

const names = { logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/**
 * Accepts metrics or logs and stores none of them. The answer says so. After a 404 the sender would log an error each
 * time.
 */
export async function receiveOtherSignal(
  runtime: IntakeRuntime,
  request: Request,
  signal: OtherSignal,
  keyInPath: string | null,
): Promise<Response> {
  const encoding: Encoding = encodingOf(request) ?? "json";
  try {
    const key = keyInPath ?? eventKeyIn(request);
    if (key === null) return refuseExport(encoding, 401, "Send an event key.");
    const sender = await authenticate(runtime, key, ANSWER_WITHIN_MS);
    const limits = { ...BODY_LIMITS, encoding: contentEncodingOf(request) ?? "identity" };
    return await withEventBody(runtime, request, sender, limits, async (body) => {
      const given = encoding === "protobuf" ? body : Buffer.from(body).toString("utf8");
      const refused = body.length === 0 ? 0 : countItems(signal, given);
      const message = refused === 0 ? "" : `This server takes traces only; ${signal} are not kept.`;
      return acceptExport(encoding, { refused, message, name: names[signal] });
    });
  } catch (error) {
    if (error instanceof OtlpDecodingError) return refuseExport(encoding, 400, error.message);
    return refuseAs(encoding, failure(runtime, error));
  }
}
