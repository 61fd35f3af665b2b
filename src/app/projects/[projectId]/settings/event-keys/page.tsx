import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { publicAddress } from "@/app/session";
import { EventKeys } from "@/features/settings/event-keys";
import { byCursor } from "@/lib/by-cursor";

export const metadata: Metadata = { title: "Event keys" };

export default async function EventKeysPage({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, publicAddress()]);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.eventKey.page.infiniteQueryOptions({ projectId }, byCursor)),
      ]}
    >
      <EventKeys projectId={projectId} appUrl={appUrl} />
    </Prefetch>
  );
}
