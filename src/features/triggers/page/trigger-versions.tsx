"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { LoadMore } from "@/components/ui/load-more";
import { toast } from "@/components/ui/toast";
import { VersionHistory } from "@/components/version-history";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type TriggerVersionsProps = { projectId: string; trigger: { id: string; version: number }; mayWrite: boolean; onRestored: () => Promise<void> };

/** The versions of a trigger. */
export function TriggerVersions({ projectId, trigger, mayWrite, onRestored }: TriggerVersionsProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(
    trpc.version.list.infiniteQueryOptions({ projectId, kind: "trigger", targetId: trigger.id }, { getNextPageParam: (page) => page.nextCursor, initialCursor: null }),
  );
  const restore = useMutation(
    trpc.version.restore.mutationOptions({
      onError: (error) => toast.error("The version could not be restored", { description: error.message }),
      onSettled: () => Promise.all([queryClient.invalidateQueries(trpc.trigger.pathFilter()), queryClient.invalidateQueries(trpc.version.pathFilter())]),
    }),
  );
  const rows = list.data?.pages.flatMap((page) => page.items);
  const onRestore = async (version: number) => {
    await restore.mutateAsync({ projectId, kind: "trigger", targetId: trigger.id, version, currentVersion: trigger.version });
    toast.success(`Version ${version} restored`);
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
      <VersionHistory versions={rows} noun="trigger" mayRestore={mayWrite} onRestore={onRestore} />
      {rows && <LoadMore hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onLoadMore={() => void list.fetchNextPage()} shown={plural(rows.length, "version")} />}
    </div>
  );
}
