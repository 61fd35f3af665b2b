import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readInstallationUrl } from "@/app/session";
import { ProjectTokens } from "@/features/api-tokens/project-tokens";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export const metadata: Metadata = { title: "API tokens" };

export default async function ApiTokensPage({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, readInstallationUrl()]);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(trpc.token.list.infiniteQueryOptions({ projectId }, cursorQueryOptions)),
      ]}
    >
      <div className="max-w-form-page">
        <ProjectTokens projectId={projectId} appUrl={appUrl} />
      </div>
    </PrefetchedQueries>
  );
}
