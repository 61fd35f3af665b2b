import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { BackfillsPanel } from "@/features/backfills/backfills-panel";
import { EditTriggerWithActions } from "../edit-trigger-with-actions";

export const metadata: Metadata = { title: "Trigger" };

export default async function TriggerPage({ params }: { params: Promise<{ projectId: string; triggerId: string }> }) {
  const { projectId, triggerId } = await params;
  return (
    <Prefetch
      load={(trpc, queryClient) => [queryClient.prefetchQuery(trpc.trigger.get.queryOptions({ projectId, triggerId }))]}
    >
      <EditTriggerWithActions
        key={triggerId}
        projectId={projectId}
        triggerId={triggerId}
        backfills={<BackfillsPanel projectId={projectId} triggerId={triggerId} />}
      />
    </Prefetch>
  );
}
