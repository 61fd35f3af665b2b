import { httpBatchLink, httpLink, httpSubscriptionLink, splitLink, type Operation, type TRPCLink } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";

/** Characters of a URL at the most: usual proxies refuse one above 8 KB. */
const URL_LENGTH_MAX = 8_000;
/** Characters that the path and the name of the procedure may take. */
const PATH_ROOM = 500;

/** How the browser calls the API. A query whose input is too long for a URL goes by POST, alone. */
export function apiLinks(url: string, options: { fetch?: typeof fetch } = {}): TRPCLink<AppRouter>[] {
  const shared = { url, transformer: superjson, ...options };
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

function isLongQuery({ type, input }: Operation): boolean {
  if (type !== "query" || input === undefined) return false;
  // A batch of one wraps its input: {"0": …}.
  const wrapped = JSON.stringify({ 0: superjson.serialize(input) });
  return encodeURIComponent(wrapped).length > URL_LENGTH_MAX - PATH_ROOM;
}
