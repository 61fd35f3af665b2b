"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { QueryErrorMessage } from "@/components/query-error-message";
import { LoadMore } from "@/components/ui/load-more";
import { toast } from "@/components/ui/toast";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { VersionList } from "./version-list";

type VersionsProps = {
  projectId: string;
  kind: "trigger" | "action";
  target: { id: string; version: number };
  mayWrite: boolean;
  /** a sentence about what a restore does not restore, such as secrets */
  restoredNote?: string;
  onRestored: () => Promise<void>;
};

/**
 * The tab with the versions of a trigger or an action. It loads the versions page by page, and can restore a version.
 */
export function VersionsTab({ projectId, kind, target, mayWrite, restoredNote, onRestored }: VersionsProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(
    trpc.version.list.infiniteQueryOptions({ projectId, kind, targetId: target.id }, cursorQueryOptions),
  );
  const restore = useMutation(
    trpc.version.restore.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc[kind].pathFilter()),
          queryClient.invalidateQueries(trpc.version.pathFilter()),
        ]),
    }),
  );
  const rows = list.data?.pages.flatMap((page) => page.items);
  const onRestore = async (version: number) => {
    await restore.mutateAsync({ projectId, kind, targetId: target.id, version, currentVersion: target.version });
    toast.success(`Version ${version} restored`, restoredNote ? { description: restoredNote } : {});
    await onRestored();
  };
  if (list.error && !rows) {
    return (
      <QueryErrorMessage
        title="The versions could not be loaded"
        message={list.error.message}
        onRetry={() => void list.refetch()}
      />
    );
  }
  return (
    <div className="flex max-w-form-page flex-col gap-1">
      <VersionList versions={rows} noun={kind} mayRestore={mayWrite} onRestore={onRestore} />
      {rows && <LoadMore list={list} shown={formatCountWithNoun(rows.length, "version")} />}
    </div>
  );
}
