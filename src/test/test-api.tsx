import { useState, type ReactNode } from "react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { TRPCProvider } from "@/lib/trpc/client";
import type { AppRouter } from "@/server/api/root";

/** Answers a call of the API in a test of components. The call never ends if the answer is undefined. */
export type TestAnswer = (path: string, input: Record<string, unknown>) => unknown;

/** Replaces the API in a test of components: `answer` answers each call. */
export function TestApi({ answer, children }: { answer: TestAnswer; children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient());
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        () =>
          ({ op }) =>
            observable((observer) => {
              const data = answer(op.path, op.input as Record<string, unknown>);
              if (data === undefined) return;
              observer.next({ result: { type: "data", data } });
              observer.complete();
            }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
