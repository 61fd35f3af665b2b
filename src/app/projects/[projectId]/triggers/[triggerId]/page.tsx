import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { BackfillsPanel } from "@/features/backfills/backfills-panel";
import { EditTriggerWithActionSheet } from "../edit-trigger-with-action-sheet";

export const metadata: Metadata = { title: "Trigger" };

export default async function TriggerPage({ params }: { params: Promise<{ projectId: string; triggerId: string }> }) {
  const { projectId, triggerId } = await params;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [queryClient.prefetchQuery(trpc.trigger.get.queryOptions({ projectId, triggerId }))]}
    >
      <EditTriggerWithActionSheet
        key={triggerId}
        projectId={projectId}
        triggerId={triggerId}
        backfills={<BackfillsPanel projectId={projectId} triggerId={triggerId} />}
      />
    </PrefetchedQueries>
  );
}
