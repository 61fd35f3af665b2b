import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { ActionList } from "@/features/actions/action-list";
import { actionListParams, toActionListInput } from "@/features/actions/search-params";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "Actions" };

const loadParams = makeUrlReader(actionListParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the list of actions. The HTML already contains the first rows. */
export default async function ActionsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const { search } = loadParams(await searchParams);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.action.list.infiniteQueryOptions(toActionListInput(projectId, search), cursorQueryOptions),
        ),
      ]}
    >
      <ActionList projectId={projectId} />
    </PrefetchedQueries>
  );
}
