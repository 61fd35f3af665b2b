"use client";

import { MutationCache, notifyManager, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, TRPCClientError, type TRPCClient } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";
import { mayLeavePage, setSessionEnded } from "../session-end";
import { makeTrpcLinks } from "./links";

// React learns of a change at once. If it learned later, a double click on a button would send two requests.
notifyManager.setScheduler(queueMicrotask);

/** `useTRPC()` returns typed query and mutation options. provider.tsx provides the client to the pages. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** An error of the API. The server's errorFormatter decides which `data` it has. */
export type ApiError = TRPCClientError<AppRouter>;

export const isApiError = (error: unknown): error is ApiError => error instanceof TRPCClientError;

export const isNotFoundError = (error: unknown): boolean => isApiError(error) && error.data?.code === "NOT_FOUND";

const statusOf = (error: unknown): number | null => (isApiError(error) ? (error.data?.httpStatus ?? null) : null);

/** Matches the paths of pages that open without a session. There an answer of 401 does not lead to the sign-in page. */
const openPages = /^\/(sign-in|invite|reset)(\/|$)/;

/**
 * Opens the sign-in page after the session has ended. A page on which something would be lost stays, and says it
 * instead.
 */
function onError(error: unknown): void {
  if (statusOf(error) !== 401 || openPages.test(window.location.pathname)) return;
  if (!mayLeavePage()) return setSessionEnded(true);
  const next = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: () => setSessionEnded(false) }),
    mutationCache: new MutationCache({ onError, onSuccess: () => setSessionEnded(false) }),
    defaultOptions: {
      // Offline a change fails at once. A change that waits for the connection could surprise a person much later.
      mutations: { networkMode: "always" },
      // The server writes the first data of pages as superjson, so that dates stay dates.
      hydrate: { deserializeData: superjson.deserialize },
      queries: {
        // A browser without a network still reaches a server on its own machine, so a query waits only after a failure.
        networkMode: "offlineFirst",
        staleTime: 5_000,
        // A query fails for good after three failures, or after one 4xx, which a repeat would get again.
        retry: (failures, error) => failures < 2 && !isRefusal(statusOf(error)),
      },
    },
  });
}

const isRefusal = (status: number | null): boolean => status !== null && status >= 400 && status < 500;

export const createApiClient = (): TRPCClient<AppRouter> =>
  createTRPCClient<AppRouter>({ links: makeTrpcLinks("/api/trpc") });
