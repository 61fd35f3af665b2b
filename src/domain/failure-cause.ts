/** The words for error codes of attempts that got no answer. */
const words: Record<string, string> = {
  dns: "Name not found",
  refused: "Connection refused",
  reset: "Connection reset",
  tls: "TLS failed",
  timeout: "Timed out",
  blocked: "Blocked by the guard",
  protocol: "Not valid HTTP",
  redirect: "Answered with a redirect",
  template: "Template failed",
  invalid_url: "Invalid URL",
  invalid_header: "Invalid header",
  invalid_configuration: "Invalid configuration",
  resolver_busy: "Resolver busy",
};

/** The cause of a failed attempt in two or three words: `Answered 500`, `Timed out`. */
export function describeCause({
  code,
  responseStatus,
}: {
  code: string | null;
  responseStatus: number | null;
}): string {
  if (responseStatus !== null) return `Answered ${responseStatus}`;
  return (code !== null && words[code]) || "Failed";
}
