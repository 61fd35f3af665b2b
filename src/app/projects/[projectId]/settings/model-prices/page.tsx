import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { Prefetch } from "@/app/prefetch";
import { ModelPrices } from "@/features/settings/model-prices";

export const metadata: Metadata = { title: "Model prices" };

const loadParams = createLoader({ search: parseAsString.withDefault("") });

type PageProps = { params: Promise<{ projectId: string }>; searchParams: Promise<SearchParams> };

/** The prices with their first rows. */
export default async function ModelPricesPage({ params, searchParams }: PageProps) {
  const [{ projectId }, { search }] = await Promise.all([params, loadParams(searchParams)]);
  return (
    <Prefetch
      load={(trpc, queryClient) => [
        queryClient.prefetchQuery(trpc.modelPrice.list.queryOptions({ projectId, search })),
      ]}
    >
      <ModelPrices projectId={projectId} />
    </Prefetch>
  );
}
