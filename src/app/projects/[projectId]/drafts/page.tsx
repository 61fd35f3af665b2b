import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { DraftList } from "@/features/drafts/draft-list";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "Drafts of triggers" };

/** Shows the list of trigger drafts. The HTML already contains the first rows. */
export default async function TriggerDraftsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.draft.list.infiniteQueryOptions({ projectId }, cursorQueryOptions)),
      ]}
    >
      <DraftList projectId={projectId} />
    </PrefetchedQueries>
  );
}
