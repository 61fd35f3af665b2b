import { cookies } from "next/headers";
import { Prefetch } from "@/app/prefetch";
import { ExecutionList } from "@/features/executions/execution-list";
import { executionParams, toFilters, toListInput } from "@/features/executions/search-params";
import { byCursor } from "@/lib/by-cursor";
import { COLUMNS_COOKIE, toColumns } from "@/lib/look-cookies";
import { urlReader, type SearchParams } from "@/lib/url-params";

const loadParams = urlReader(executionParams);

type ExecutionsViewProps = {
  projectId: string;
  searchParams: Promise<SearchParams>;
  /** the execution whose panel is open */
  executionId?: string;
};

/** Shows the list of executions with its first rows. If the path names an execution, its panel is open. */
export async function ExecutionsView({ projectId, searchParams, executionId }: ExecutionsViewProps) {
  const params = loadParams(await searchParams);
  const columns = toColumns((await cookies()).get(COLUMNS_COOKIE)?.value);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.execution.list.infiniteQueryOptions(toListInput(projectId, params), byCursor),
        ),
        queryClient.prefetchQuery(trpc.execution.counts.queryOptions({ projectId, ...toFilters(params) })),
        ...(executionId
          ? [queryClient.prefetchQuery(trpc.execution.get.queryOptions({ projectId, executionId }))]
          : []),
      ]}
    >
      <ExecutionList projectId={projectId} chosenColumns={columns} />
    </Prefetch>
  );
}
