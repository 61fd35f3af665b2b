/** The kinds of failed attempts in statistics, with their words in charts. */
export const errorKindLabels = {
  dns: "Name not found",
  refused: "Refused",
  reset: "Reset",
  tls: "TLS",
  timeout: "Timeout",
  "4xx": "4xx",
  "5xx": "5xx",
  blocked: "Blocked by the guard",
  other: "Other",
} as const;
export type ErrorKind = keyof typeof errorKindLabels;
export const attemptErrorKinds = Object.keys(errorKindLabels) as ErrorKind[];

/** The facts about an error code: for retries, switching off, statistics and the interface. */
type AttemptErrorFacts = {
  /** the failure in a few words, for lists */
  title: string;
  /** the reason in words that fit behind "because" */
  reason: string;
  kind: ErrorKind;
  /** a retry cannot succeed, so none follows */
  isFinal?: true;
  /** this program or the action's configuration caused the error, so it says nothing about the endpoint */
  isOwnFault?: true;
  /** the program did not try to reach the endpoint, so the duration says nothing about the endpoint */
  isUnsent?: true;
  /**
   * the load of this program caused the error: statistics leave the attempt out, and more attempts are allowed than by
   * the retry policy
   */
  isOverload?: true;
};

/** Every reason why an attempt has no complete answer. A new error code is one entry here. */
const facts = {
  dns: { title: "Name not found", reason: "the name of the host has no address", kind: "dns" },
  refused: { title: "Connection refused", reason: "the connection was refused", kind: "refused" },
  reset: {
    title: "Connection reset",
    reason: "the connection was closed before the answer was complete",
    kind: "reset",
  },
  tls: { title: "TLS failed", reason: "the TLS connection could not be made", kind: "tls" },
  timeout: { title: "Timed out", reason: "the receiver did not answer in time", kind: "timeout" },
  protocol: { title: "Not valid HTTP", reason: "the answer was not valid HTTP", kind: "other" },
  /** the guard against private addresses refused the request */
  blocked: {
    title: "Blocked by the guard",
    reason: "the URL is not allowed",
    kind: "blocked",
    isFinal: true,
    isOwnFault: true,
    isUnsent: true,
  },
  invalid_url: {
    title: "Invalid URL",
    reason: "the URL is not valid",
    kind: "other",
    isFinal: true,
    isOwnFault: true,
    isUnsent: true,
  },
  invalid_header: {
    title: "Invalid header",
    reason: "a header is not valid",
    kind: "other",
    isFinal: true,
    isOwnFault: true,
    isUnsent: true,
  },
  /** the stored configuration or a secret of the action cannot be read */
  invalid_configuration: {
    title: "Invalid configuration",
    reason: "the action cannot be used as it is stored",
    kind: "other",
    isFinal: true,
    isOwnFault: true,
    isUnsent: true,
  },
  /** the operator has switched the transport off, or not set it up */
  switched_off: {
    title: "Switched off here",
    reason: "this installation delivers nothing of this type",
    kind: "other",
    isOwnFault: true,
    isUnsent: true,
  },
  template: {
    title: "Template failed",
    reason: "the template failed",
    kind: "other",
    isFinal: true,
    isOwnFault: true,
    isUnsent: true,
  },
  /** the host name was not looked up, because the project had too many look-ups at once */
  resolver_busy: {
    title: "Resolver busy",
    reason: "too many host names of this project do not answer",
    kind: "other",
    isOwnFault: true,
    isUnsent: true,
    isOverload: true,
  },
  /** this machine had no file descriptor, local port or memory left for a connection */
  no_socket: {
    title: "No free connection",
    reason: "this machine could open no further connection",
    kind: "other",
    isOwnFault: true,
    isUnsent: true,
    isOverload: true,
  },
  /** this program ended the attempt, for instance when it shut down */
  aborted: {
    title: "Interrupted",
    reason: "the program was stopped while it was on the wire",
    kind: "other",
    isOwnFault: true,
  },
} as const satisfies Record<string, AttemptErrorFacts>;

export type AttemptErrorCode = keyof typeof facts;

export const attemptErrorFacts: Record<AttemptErrorCode, AttemptErrorFacts> = facts;

/**
 * Returns the facts of an attempt's stored error code. It returns null for an unknown code, and for the codes of
 * complete answers, such as `5xx`.
 */
export const findAttemptErrorFacts = (code: string | null): AttemptErrorFacts | null =>
  code !== null && Object.hasOwn(attemptErrorFacts, code) ? attemptErrorFacts[code as AttemptErrorCode] : null;

/**
 * Returns the kind of failure for a stored error code. A code that is a kind itself, such as 5xx, stays. Null and
 * unknown codes give `other`.
 */
export function classifyAttemptError(code: string | null): ErrorKind {
  if (code !== null && Object.hasOwn(errorKindLabels, code)) return code as ErrorKind;
  return findAttemptErrorFacts(code)?.kind ?? "other";
}

/** Tells whether an attempt tried to reach its endpoint, by the attempt's error code. */
export const wasEndpointTried = (code: string | null): boolean => findAttemptErrorFacts(code)?.isUnsent !== true;
