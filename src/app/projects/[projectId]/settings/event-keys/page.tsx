import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { publicAddress } from "@/app/session";
import { EventKeysPage } from "@/features/settings/event-keys-page";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "Event keys" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, publicAddress()]);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.eventKey.page.infiniteQueryOptions({ projectId }, cursorQueryOptions)),
      ]}
    >
      <EventKeysPage projectId={projectId} appUrl={appUrl} />
    </Prefetch>
  );
}
