import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { readPageRequestTimeMs } from "@/app/request-time";
import { readInstallationUrl } from "@/app/session";
import { OverviewPage } from "@/features/overview/overview-page";
import { convertRangeToInterval } from "@/features/overview/overview-range";
import { timeRangeParams } from "@/lib/time-range";
import { makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "Overview" };

const loadRange = makeUrlReader(timeRangeParams);

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the overview of a project. The HTML already contains the first figures. */
export default async function Page({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const interval = convertRangeToInterval(loadRange(await searchParams), readPageRequestTimeMs());
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchQuery(trpc.overview.get.queryOptions({ projectId })),
        queryClient.prefetchQuery(trpc.overview.attention.queryOptions({ projectId, from: interval.from })),
        queryClient.prefetchQuery(trpc.overview.figures.queryOptions({ projectId, ...interval })),
      ]}
    >
      <OverviewPage projectId={projectId} appUrl={await readInstallationUrl()} />
    </PrefetchedQueries>
  );
}
