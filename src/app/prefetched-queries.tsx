import type { ReactNode } from "react";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import superjson from "superjson";
import { createPageApi, type PageApi } from "./session";

type PrefetchProps = {
  /** runs the first queries of the page, with the same inputs as the page */
  load: (trpc: PageApi, queryClient: QueryClient) => Promise<unknown>[];
  children: ReactNode;
};

/** Puts the first data of a page into its HTML. If a query fails, the browser repeats it and shows the reason. */
export async function PrefetchedQueries({ load, children }: PrefetchProps) {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false }, dehydrate: { serializeData: superjson.serialize } },
  });
  const trpc = await createPageApi(queryClient);
  if (!trpc) return children;
  await Promise.allSettled(load(trpc, queryClient));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
