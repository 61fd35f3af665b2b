import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { RejectedEvents } from "@/features/settings/rejected-events";
import { byCursor } from "@/lib/by-cursor";

export const metadata: Metadata = { title: "Rejected events" };

export default async function RejectedEventsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.rejectedEvent.list.infiniteQueryOptions({ projectId }, byCursor)),
      ]}
    >
      <RejectedEvents projectId={projectId} />
    </Prefetch>
  );
}
