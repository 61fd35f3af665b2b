import { cookies } from "next/headers";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { ExecutionList } from "@/features/executions/execution-list";
import { executionParams, toExecutionFilters, toExecutionListInput } from "@/features/executions/search-params";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { EXECUTION_COLUMNS_COOKIE, readExecutionColumns } from "@/lib/look-cookies";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

const loadParams = makeUrlReader(executionParams);

type ExecutionsViewProps = {
  projectId: string;
  searchParams: Promise<SearchParams>;
  /** the id of the execution whose panel is open; undefined while no panel is open */
  executionId?: string;
};

/**
 * Shows the list of executions. The HTML already contains the first rows. If `executionId` is set, the panel of that
 * execution is open.
 */
export async function ExecutionListWithPanel({ projectId, searchParams, executionId }: ExecutionsViewProps) {
  const params = loadParams(await searchParams);
  const columns = readExecutionColumns((await cookies()).get(EXECUTION_COLUMNS_COOKIE)?.value);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.execution.list.infiniteQueryOptions(toExecutionListInput(projectId, params), cursorQueryOptions),
        ),
        queryClient.prefetchQuery(trpc.execution.counts.queryOptions({ projectId, ...toExecutionFilters(params) })),
        ...(executionId
          ? [queryClient.prefetchQuery(trpc.execution.get.queryOptions({ projectId, executionId }))]
          : []),
      ]}
    >
      <ExecutionList projectId={projectId} chosenColumns={columns} />
    </PrefetchedQueries>
  );
}
