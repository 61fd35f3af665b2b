import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { RejectedEventsPage } from "@/features/settings/rejected-events-page";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "Rejected events" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.rejectedEvent.list.infiniteQueryOptions({ projectId }, cursorQueryOptions),
        ),
      ]}
    >
      <RejectedEventsPage projectId={projectId} />
    </PrefetchedQueries>
  );
}
