import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { toTriggerListInput, triggerParams } from "@/features/triggers/search-params";
import { DRAFTS_COUNTED_MAX } from "@/features/triggers/drafts-counted-max";
import { TriggerList } from "@/features/triggers/trigger-list";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "Triggers" };

const loadParams = makeUrlReader(triggerParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the list of triggers. The HTML already contains the first rows. */
export default async function TriggersPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const filters = loadParams(await searchParams);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.trigger.list.infiniteQueryOptions(toTriggerListInput(projectId, filters), cursorQueryOptions),
        ),
        // The HTML contains the data of the banner about drafts, because a late banner would move the list.
        queryClient.prefetchQuery(trpc.draft.list.queryOptions({ projectId, limit: DRAFTS_COUNTED_MAX })),
      ]}
    >
      <TriggerList projectId={projectId} />
    </PrefetchedQueries>
  );
}
