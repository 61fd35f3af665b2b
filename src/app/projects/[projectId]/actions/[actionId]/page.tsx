import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { EditActionPage } from "@/features/actions/edit-action-page";

export const metadata: Metadata = { title: "Action" };

export default async function ActionPage({ params }: { params: Promise<{ projectId: string; actionId: string }> }) {
  const { projectId, actionId } = await params;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [queryClient.prefetchQuery(trpc.action.get.queryOptions({ projectId, actionId }))]}
    >
      <EditActionPage key={actionId} projectId={projectId} actionId={actionId} />
    </PrefetchedQueries>
  );
}
