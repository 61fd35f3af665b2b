import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readInstallationUrl } from "@/app/session";
import { SourcesPage } from "@/features/settings/sources-page";

export const metadata: Metadata = { title: "Sources" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, readInstallationUrl()]);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [queryClient.prefetchQuery(trpc.source.list.queryOptions({ projectId }))]}
    >
      <SourcesPage projectId={projectId} appUrl={appUrl} />
    </PrefetchedQueries>
  );
}
