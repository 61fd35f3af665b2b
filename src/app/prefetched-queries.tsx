import type { ReactNode } from "react";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import superjson from "superjson";
import { createPageApi, type PageApi } from "./session";

type PrefetchProps = {
  /** starts the page's first queries on the server, with the same inputs as the components use in the browser */
  load: (trpc: PageApi, queryClient: QueryClient) => Promise<unknown>[];
  children: ReactNode;
};

/**
 * Runs the first queries of a page on the server and puts their results into the HTML. If a query fails, the browser
 * repeats the query and shows the reason.
 */
export async function PrefetchedQueries({ load, children }: PrefetchProps) {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false }, dehydrate: { serializeData: superjson.serialize } },
  });
  const trpc = await createPageApi(queryClient);
  if (!trpc) return children;
  await Promise.allSettled(load(trpc, queryClient));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
