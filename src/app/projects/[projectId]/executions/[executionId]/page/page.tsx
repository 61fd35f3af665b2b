import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { ExecutionPage } from "@/features/executions/panel/execution-page";

export const metadata: Metadata = { title: "Execution" };

type PageProps = { params: Promise<{ projectId: string; executionId: string }> };

export default async function ExecutionOwnPage({ params }: PageProps) {
  const { projectId, executionId } = await params;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchQuery(trpc.execution.get.queryOptions({ projectId, executionId })),
      ]}
    >
      <ExecutionPage projectId={projectId} executionId={executionId} />
    </PrefetchedQueries>
  );
}
