import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { publicAddress } from "@/app/session";
import { SourcesPage } from "@/features/settings/sources-page";

export const metadata: Metadata = { title: "Sources" };

export default async function Page({ params }: { params: Promise<{ projectId: string }> }) {
  const [{ projectId }, appUrl] = await Promise.all([params, publicAddress()]);
  return (
    <Prefetch load={(trpc, queryClient) => [queryClient.prefetchQuery(trpc.source.list.queryOptions({ projectId }))]}>
      <SourcesPage projectId={projectId} appUrl={appUrl} />
    </Prefetch>
  );
}
