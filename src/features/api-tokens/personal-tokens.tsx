"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { useTRPC } from "@/lib/trpc/client";
import { TokenListCard } from "./token-list-card";

/** Shows the API tokens of the signed-in person. Each token gives access to all projects of that person. */
export function PersonalTokens({ appUrl }: { appUrl: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tokens = useInfiniteQuery(trpc.personalToken.list.infiniteQueryOptions({}, cursorQueryOptions));
  const refresh = () => queryClient.invalidateQueries(trpc.personalToken.pathFilter());
  const create = useMutation(trpc.personalToken.create.mutationOptions({ onSuccess: refresh }));
  const revoke = useMutation(trpc.personalToken.revoke.mutationOptions({ onSuccess: refresh }));
  return (
    <TokenListCard
      title="API tokens"
      description="A token of yours opens every project of yours, with your role in each."
      appUrl={appUrl}
      list={tokens}
      hasMakers={false}
      onCreate={(input) => create.mutateAsync(input)}
      onRevoke={({ id }) => revoke.mutateAsync({ id })}
    />
  );
}
