import type { ReactNode } from "react";
import { headers } from "next/headers";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import superjson from "superjson";
import { createContext } from "@/server/api/init";
import { appRouter, type AppRouter } from "@/server/api/root";
import { getRuntime } from "@/server/runtime";
import { currentUser } from "./session";

type PrefetchProps = {
  /** loads what the page asks for first, with the same inputs */
  load: (trpc: TRPCOptionsProxy<AppRouter>, queryClient: QueryClient) => Promise<unknown>[];
  children: ReactNode;
};

/** Puts the first data of a page into its HTML. A query that fails is asked again by the browser, which shows why. */
export async function Prefetch({ load, children }: PrefetchProps) {
  const user = await currentUser();
  if (!user) return children;
  const { context } = await getRuntime();
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false }, dehydrate: { serializeData: superjson.serialize } },
  });
  const trpc = createTRPCOptionsProxy({
    ctx: createContext({ base: context, user, headers: await headers() }),
    router: appRouter,
    queryClient,
  });
  await Promise.allSettled(load(trpc, queryClient));
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
