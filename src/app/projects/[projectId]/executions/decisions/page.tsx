import type { Metadata } from "next";
import { createLoader, type SearchParams } from "nuqs/server";
import { Prefetch } from "@/app/prefetch";
import { DecisionList } from "@/features/decisions/decision-list";
import { decisionParams, toDecisionListInput } from "@/features/decisions/search-params";
import { byCursor } from "@/lib/by-cursor";

export const metadata: Metadata = { title: "All decisions" };

const loadParams = createLoader(decisionParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

export default async function DecisionsPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const filters = await loadParams(searchParams);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.decision.list.infiniteQueryOptions(toDecisionListInput(projectId, filters), byCursor),
        ),
      ]}
    >
      <DecisionList projectId={projectId} />
    </Prefetch>
  );
}
