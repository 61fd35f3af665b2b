import type { Metadata } from "next";
import { createLoader, type SearchParams } from "nuqs/server";
import { Prefetch } from "@/app/prefetch";
import { ActionList } from "@/features/actions/action-list";
import { actionParams, toActionListInput } from "@/features/actions/search-params";
import { byCursor } from "@/lib/by-cursor";

export const metadata: Metadata = { title: "Actions" };

const loadParams = createLoader(actionParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the list of actions with its first rows. */
export default async function ActionsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const { search } = await loadParams(searchParams);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.action.list.infiniteQueryOptions(toActionListInput(projectId, search), byCursor),
        ),
      ]}
    >
      <ActionList projectId={projectId} />
    </Prefetch>
  );
}
