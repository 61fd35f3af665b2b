"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { useTRPC } from "@/lib/trpc/client";
import { TokenListCard } from "./token-list-card";

/** Shows the API tokens that give access to this project only. */
export function ProjectTokens({ projectId, appUrl }: { projectId: string; appUrl: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tokens = useInfiniteQuery(trpc.token.list.infiniteQueryOptions({ projectId }, cursorQueryOptions));
  const refresh = () => queryClient.invalidateQueries(trpc.token.pathFilter());
  const create = useMutation(trpc.token.create.mutationOptions({ onSuccess: refresh }));
  const revoke = useMutation(trpc.token.revoke.mutationOptions({ onSuccess: refresh }));
  return (
    <TokenListCard
      title="API tokens"
      description="A token opens this project alone. It can do no more than the person who made it."
      appUrl={appUrl}
      list={tokens}
      hasMakers
      onCreate={(input) => create.mutateAsync({ projectId, ...input })}
      onRevoke={({ id }) => revoke.mutateAsync({ projectId, id })}
    />
  );
}
