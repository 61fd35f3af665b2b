import {
  writeExportAnswer,
  writeStatusAnswer,
  RPC_STATUS_CODES,
  type OtlpEncoding,
} from "@/domain/opentelemetry/otlp-answer";
import type { SendEventsReply } from "../engine-reply";

/** The Retry-After of a refusal, s. After a longer one, the exporters of JavaScript drop the batch at once. */
const RETRY_AFTER_SECONDS = "1";

/** Codes of google.rpc.Status by HTTP status. */
const codes = new Map<number, number>([
  [400, RPC_STATUS_CODES.invalidArgument],
  [401, RPC_STATUS_CODES.unauthenticated],
  [403, RPC_STATUS_CODES.permissionDenied],
  [404, RPC_STATUS_CODES.notFound],
  [405, RPC_STATUS_CODES.unimplemented],
  [413, RPC_STATUS_CODES.resourceExhausted],
  [415, RPC_STATUS_CODES.invalidArgument],
  [503, RPC_STATUS_CODES.unavailable],
]);

/**
 * Statuses of temporary refusals. Exporters repeat a batch only after 503, and drop it after these statuses. So the
 * answer is 503 instead.
 */
const passing = new Set([408, 429, 502, 504]);

/** Refuses a whole request, in the encoding of the request. */
export function refuseOtlpExport(encoding: OtlpEncoding, status: number, message: string): Response {
  const sent = passing.has(status) ? 503 : status;
  const { contentType, body } = writeStatusAnswer(encoding, codes.get(sent) ?? RPC_STATUS_CODES.internal, message);
  const headers = {
    "content-type": contentType,
    ...(sent === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {}),
    ...(sent === 405 ? { allow: "POST" } : {}),
  };
  return new Response(body, { status: sent, headers });
}

/** Turns an engine's refusal, or an error at the endpoint, into the answer of OTLP. */
export const refuseOtlpByReply = (encoding: OtlpEncoding, { status, body }: SendEventsReply): Response =>
  refuseOtlpExport(encoding, status, body.error ?? "The events were not accepted.");

export function acceptOtlpExport(encoding: OtlpEncoding, told: Parameters<typeof writeExportAnswer>[1]): Response {
  const { contentType, body } = writeExportAnswer(encoding, told);
  return new Response(body, { status: 200, headers: { "content-type": contentType } });
}
