"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { LoadMore } from "@/components/ui/load-more";
import { toast } from "@/components/ui/toast";
import { VersionHistory } from "@/components/version-history";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type ActionVersionsProps = { projectId: string; action: { id: string; version: number }; mayWrite: boolean; onRestored: () => Promise<void> };

/** The versions of an action. */
export function ActionVersions({ projectId, action, mayWrite, onRestored }: ActionVersionsProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(
    trpc.version.list.infiniteQueryOptions({ projectId, kind: "action", targetId: action.id }, { getNextPageParam: (page) => page.nextCursor, initialCursor: null }),
  );
  const restore = useMutation(
    trpc.version.restore.mutationOptions({
      onError: (error) => toast.error("The version could not be restored", { description: error.message }),
      onSettled: () => Promise.all([queryClient.invalidateQueries(trpc.action.pathFilter()), queryClient.invalidateQueries(trpc.version.pathFilter())]),
    }),
  );
  const rows = list.data?.pages.flatMap((page) => page.items);
  const onRestore = async (version: number) => {
    await restore.mutateAsync({ projectId, kind: "action", targetId: action.id, version, currentVersion: action.version });
    toast.success(`Version ${version} restored`, { description: "Secrets are no part of a version: those that are kept stay." });
    await onRestored();
  };
  if (list.error && !rows) {
    return (
      <Banner tone="danger" title="The versions could not be loaded" action={<Button size="sm" onClick={() => void list.refetch()}>Try again</Button>}>
        {list.error.message}
      </Banner>
    );
  }
  return (
    <div className="flex max-w-4xl flex-col gap-1">
      <VersionHistory versions={rows} noun="action" mayRestore={mayWrite} onRestore={onRestore} />
      {rows && <LoadMore hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onLoadMore={() => void list.fetchNextPage()} shown={plural(rows.length, "version")} />}
    </div>
  );
}
