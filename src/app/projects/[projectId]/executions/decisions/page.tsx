import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { DecisionList } from "@/features/decisions/decision-list";
import { decisionParams, toDecisionListInput } from "@/features/decisions/search-params";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "All decisions" };

const loadParams = makeUrlReader(decisionParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function DecisionsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const filters = loadParams(await searchParams);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.decision.list.infiniteQueryOptions(toDecisionListInput(projectId, filters), cursorQueryOptions),
        ),
      ]}
    >
      <DecisionList projectId={projectId} />
    </PrefetchedQueries>
  );
}
