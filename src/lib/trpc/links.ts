import { httpBatchLink, httpLink, httpSubscriptionLink, splitLink, type Operation, type TRPCLink } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";
import { runOutsidePress } from "../pointer-press";

/** The most characters of a URL, because common proxies refuse a URL above 8 KB. */
const URL_LENGTH_MAX = 8_000;
/** The message of a call that got no answer of the API. */
export const NO_ANSWER = "The server does not answer. Check your connection and try again.";
/** The characters that are reserved for the path and the name of the procedure. */
const PATH_ROOM = 500;

/**
 * Makes the tRPC links: how the browser sends calls to the API. It sends up to 20 calls as one request, and
 * subscriptions by server-sent events. A query whose input is too long for a URL goes alone, by POST.
 */
export function makeTrpcLinks(url: string, options: { fetch?: typeof fetch } = {}): TRPCLink<AppRouter>[] {
  const shared = { url, transformer: superjson, fetch: holdDuringPress(nameMissingAnswers(options.fetch ?? fetch)) };
  return [
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url, transformer: superjson }),
      false: splitLink({
        condition: isLongQuery,
        true: httpLink({ ...shared, methodOverride: "POST" }),
        false: httpBatchLink({ ...shared, maxURLLength: URL_LENGTH_MAX, maxItems: 20 }),
      }),
    }),
  ];
}

/**
 * Wraps `fetch` so that a call without an answer of the API fails with a message for people. Without it the pages would
 * show the browser's own words, such as "Failed to fetch", or those of a parser that met a proxy's page.
 */
const nameMissingAnswers =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await send(input, init).catch((error: unknown) => {
      throw init?.signal?.aborted ? error : new Error(NO_ANSWER, { cause: error });
    });
    if (response.headers.get("content-type")?.startsWith("application/json")) return response;
    throw new Error(NO_ANSWER);
  };

/** Wraps `fetch` so that answers to queries come in after a press, because new data can move what is pressed. */
const holdDuringPress =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const response = await send(input, init);
    if (init?.method === "GET") await new Promise<void>(runOutsidePress);
    return response;
  };

function isLongQuery({ type, input }: Operation): boolean {
  if (type !== "query" || input === undefined) return false;
  // A batch with one query wraps its input: {"0": …}.
  const wrapped = JSON.stringify({ 0: superjson.serialize(input) });
  return encodeURIComponent(wrapped).length > URL_LENGTH_MAX - PATH_ROOM;
}
