import type { Metadata } from "next";
import { PrefetchedQueries } from "@/app/prefetched-queries";
import { ModelPricesPage } from "@/features/settings/model-prices-page";
import { searchParam, makeUrlReader, type SearchParams } from "@/lib/url-params";

export const metadata: Metadata = { title: "Model prices" };

const loadParams = makeUrlReader({ search: searchParam });

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** Shows the model prices. The HTML already contains the first rows. */
export default async function Page({ params, searchParams }: PageProps) {
  const { projectId } = await params;
  const { search } = loadParams(await searchParams);
  return (
    <PrefetchedQueries
      load={(trpc, queryClient) => [
        queryClient.prefetchQuery(trpc.modelPrice.list.queryOptions({ projectId, search })),
      ]}
    >
      <ModelPricesPage projectId={projectId} />
    </PrefetchedQueries>
  );
}
