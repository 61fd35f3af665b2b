import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { AuditLog } from "@/features/settings/audit-log";
import { auditParams, toAuditListInput } from "@/features/settings/audit-params";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "Audit log" };

const loadParams = makeUrlReader(auditParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the audit log. The HTML already contains the first rows. */
export default async function AuditPage({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const filters = loadParams(await searchParams);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchInfiniteQuery(
          trpc.audit.list.infiniteQueryOptions(toAuditListInput(projectId, filters), cursorQueryOptions),
        ),
      ]}
    >
      <AuditLog projectId={projectId} />
    </PrefetchedQueries>
  );
}
