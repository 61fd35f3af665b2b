import {
  writeExportAnswer,
  writeStatusAnswer,
  RPC_STATUS_CODES,
  type OtlpEncoding,
} from "@/domain/opentelemetry/otlp-answer";
import type { SendEventsReply } from "../engine-reply";
import { makeRepeatableRefusal } from "./temporary-refusal";

/** The codes of google.rpc.Status (the form of OTLP errors), by HTTP status. */
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

/** Makes the answer for a refused OTLP request, in the encoding of the request. */
export function refuseOtlpExport(encoding: OtlpEncoding, status: number, message: string): Response {
  const sent = makeRepeatableRefusal(status);
  const code = codes.get(sent.status) ?? RPC_STATUS_CODES.internal;
  const { contentType, body } = writeStatusAnswer(encoding, code, message);
  const headers = { ...sent.headers, "content-type": contentType, ...(status === 405 ? { allow: "POST" } : {}) };
  return new Response(body, { status: sent.status, headers });
}

/** Turns the engine's refusal, or an error of this program, into an OTLP answer. */
export const convertReplyToOtlpRefusal = (encoding: OtlpEncoding, { status, body }: SendEventsReply): Response =>
  refuseOtlpExport(encoding, status, body.error ?? "The events were not accepted.");

export function acceptOtlpExport(encoding: OtlpEncoding, told: Parameters<typeof writeExportAnswer>[1]): Response {
  const { contentType, body } = writeExportAnswer(encoding, told);
  return new Response(body, { status: 200, headers: { "content-type": contentType } });
}
