import { PrefetchedQueries } from "@/app/prefetched-queries";
import { ObservationList } from "@/features/observations/observation-list";
import { observationParams, openEventSourceParam, toObservationFilters } from "@/features/observations/search-params";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

const loadParams = makeUrlReader({ ...observationParams, of: openEventSourceParam });

type ObservationsViewProps = {
  projectId: string;
  searchParams: Promise<SearchParams>;
  /** the id of the observation whose panel is open; undefined while no panel is open */
  observationId?: string;
};

/**
 * Shows the list of observations. The HTML already contains the first rows. If `observationId` is set, the panel of
 * that observation is open.
 */
export async function ObservationListWithPanel({ projectId, searchParams, observationId }: ObservationsViewProps) {
  const { of: eventSource, ...params } = loadParams(await searchParams);
  const filters = toObservationFilters(params);
  const { level: _level, ...uncounted } = filters;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.observation.list.infiniteQueryOptions({ projectId, ...filters }, cursorQueryOptions),
        ),
        queryClient.prefetchQuery(trpc.observation.counts.queryOptions({ projectId, ...uncounted })),
        ...(observationId
          ? [queryClient.prefetchQuery(trpc.observation.get.queryOptions({ projectId, observationId, eventSource }))]
          : []),
      ]}
    >
      <ObservationList projectId={projectId} />
    </PrefetchedQueries>
  );
}
