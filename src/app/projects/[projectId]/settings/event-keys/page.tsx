import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readInstallationUrl } from "@/app/session";
import { EventKeysPage } from "@/features/settings/event-keys-page";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "Event keys" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, readInstallationUrl()]);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.eventKey.page.infiniteQueryOptions({ projectId }, cursorQueryOptions)),
      ]}
    >
      <EventKeysPage projectId={projectId} appUrl={appUrl} />
    </PrefetchedQueries>
  );
}
