const LOOPBACK = /^(::1|127\.\d+\.\d+\.\d+|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Names under which this machine, or Docker on it, calls itself: no DNS server of somebody else's answers for them. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|host\.docker\.internal)(:\d+)?$/i;
/** What proxies add. Where one stands in between, the caller is not this machine, whatever its address says. */
const PROXY_HEADERS = ["forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip"];

/**
 * Whether an unsigned call may come from a dev server on this machine. Its connection has to come from here, past no
 * proxy, under a local name (a page whose own name was pointed at this machine has another), and from no browser.
 * @param headers with `x-client-ip`, which this program's own server writes from the connection
 * @returns null, or why not
 */
export function refusalOfUnsigned(headers: Headers): string | null {
  // Next adds the connection's own address here; a proxy, its caller's.
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
