import type { AttemptErrorCode } from "@/domain/attempt-error";
import { NO_PUBLIC_ADDRESS_MESSAGE, type GuardCheckName } from "./guard";

/**
 * The reason why a request got no complete answer, or was not sent. An attempt has the codes `invalid_configuration`
 * and `template` instead if no request could be made for it.
 */
export type FailureCode = Exclude<AttemptErrorCode, "invalid_configuration" | "template">;

/**
 * The phase in which a request failed: opening the connection, waiting for headers, or reading the body. `total`: the
 * time limit of the whole exchange ended it.
 */
export type FailurePhase = "connect" | "headers" | "body" | "total";

export type RequestFailure = { code: FailureCode; message: string; stage?: GuardCheckName; phase?: FailurePhase };

/** An error that carries the failure of a request. Its message holds no resolved address. */
export class RequestFailureError extends Error {
  constructor(readonly failure: RequestFailure) {
    super(failure.message);
    this.name = "RequestFailureError";
  }
}

const dnsCodes = new Set(["ENOTFOUND", "ENODATA", "ESERVFAIL", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"]);
const unreachableCodes = new Set(["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "EACCES", "EPERM", "EINVAL"]);
/** This machine has no file descriptor, local port or memory left. */
const exhaustedCodes = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"]);
const resetCodes = new Set(["ECONNRESET", "ECONNABORTED", "EPIPE", "HPE_INVALID_EOF_STATE"]);

const tlsMessages: Record<string, string> = {
  CERT_HAS_EXPIRED: "The TLS certificate has expired.",
  CERT_NOT_YET_VALID: "The TLS certificate is not valid yet.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The TLS certificate is self-signed.",
  SELF_SIGNED_CERT_IN_CHAIN: "The TLS certificate's chain ends in a self-signed certificate.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The TLS certificate was made for another host name.",
  UNABLE_TO_GET_ISSUER_CERT: "The TLS certificate's issuer is not trusted.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The TLS certificate's issuer is not trusted.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The TLS certificate could not be verified: its chain may be incomplete.",
  ERR_SSL_WRONG_VERSION_NUMBER: "The server does not speak TLS on this port.",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "The server does not speak HTTP/1.1, perhaps only HTTP/2.",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "The server speaks only versions of TLS before 1.2.",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "The server demands a client certificate, which webhooks do not have.",
};
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/**
 * Turns an error of Node's network code into a failure with a message of this program. Node's message may hold an
 * address ("connect ECONNREFUSED 10.0.0.1:443"), which must not be shown.
 */
export function classifyFailure(error: unknown, phase: FailurePhase): RequestFailure {
  if (error instanceof RequestFailureError) return { phase, ...error.failure };
  const code = codeOf(error);
  if (dnsCodes.has(code)) return { code: "dns", stage: "dns", phase, message: NO_PUBLIC_ADDRESS_MESSAGE };
  if (exhaustedCodes.has(code) && phase === "connect")
    return { code: "no_socket", phase, message: `This machine could open no further connection (${code}).` };
  if (code === "ECONNREFUSED") return { code: "refused", phase, message: "The server refused the connection." };
  if (unreachableCodes.has(code)) return { code: "refused", phase, message: "The server cannot be reached from here." };
  if (code === "ETIMEDOUT") {
    return { code: "timeout", phase, message: "The connection could not be made in time." };
  }
  if (tlsCode.test(code))
    return { code: "tls", phase, message: tlsMessages[code] ?? `The TLS connection failed (${code}).` };
  if (resetCodes.has(code)) return { code: "reset", phase, message: resetMessages[phase] };
  if (code === "HPE_HEADER_OVERFLOW") {
    return { code: "protocol", phase, message: "The response's headers are larger than 16 KB." };
  }
  const detail = code === "" ? "" : ` (${code})`;
  return { code: "protocol", phase, message: `The response is not valid HTTP/1.1${detail}.` };
}

const resetMessages: Record<FailurePhase, string> = {
  connect: "The server closed the connection before the request was sent.",
  headers: "The server closed the connection without an answer.",
  body: "The server closed the connection before the whole answer had arrived.",
  total: "The server closed the connection.",
};

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]*$/.test(error.code)) return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "";
}
