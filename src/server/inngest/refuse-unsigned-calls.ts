const LOOPBACK = /^(::1|127\.\d+\.\d+\.\d+|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Host names of this machine, and of the host of a Docker container. No foreign DNS server answers for these names. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|host\.docker\.internal)(:\d+)?$/i;
/** Headers that proxies add. A call with one of them did not come from this machine, whatever its address says. */
const PROXY_HEADERS = ["forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip"];

/**
 * Decides whether an unsigned call of a function may come from an Inngest dev server. The connection must come from
 * this machine, through no proxy, under a local host name, and from no browser. A web page whose host name points at
 * this machine is thus refused.
 * @param headers with `x-client-ip`, which the program itself has written (src/cli/serve/client-ip.ts)
 * @returns null if the call is allowed; otherwise the reason for the refusal
 */
export function findRefusalOfUnsignedCall(headers: Headers): string | null {
  // Next sets X-Forwarded-For to the connection's address if it is missing. Any other address comes from a proxy.
  const hops = headers.get("x-forwarded-for")?.split(",") ?? [];
  const isProxied =
    hops.some((hop) => !LOOPBACK.test(hop.trim())) ||
    hops.length > 1 ||
    PROXY_HEADERS.some((name) => headers.has(name));
  if (!LOOPBACK.test(headers.get("x-client-ip") ?? "") || isProxied)
    return "With INNGEST_DEV, /api/inngest answers calls from this machine only.";
  if (!LOCAL_HOST.test(headers.get("host") ?? ""))
    return "With INNGEST_DEV, /api/inngest answers under a local name only, such as localhost.";
  if (headers.has("origin") || headers.has("sec-fetch-site"))
    return "With INNGEST_DEV, /api/inngest answers no browser.";
  return null;
}
