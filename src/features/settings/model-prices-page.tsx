"use client";

import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { SearchInput } from "@/components/search-input";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { searchParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";
import { BuiltInPriceTable } from "./built-in-price-table";
import { OwnPriceTable } from "./own-price-table";
import { PriceDialog, type PriceInDialog } from "./price-dialog";
import { makeExactModelPattern, toPriceFormValues } from "./price-form";
import { QueryErrorMessage } from "@/components/query-error-message";
import { TableSkeleton } from "@/components/table-skeleton";
import { useProject } from "./use-project";

/** Shows the model prices from which costs are computed: the project's own prices and the built-in prices. */
export function ModelPricesPage({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { may } = useProject(projectId);
  const [search, setSearch] = useUrlParam("search", searchParam);
  const [edited, setEdited] = useState<PriceInDialog | null>(null);
  const prices = useQuery({
    ...trpc.modelPrice.list.queryOptions({ projectId, search }),
    placeholderData: keepPreviousData,
  });
  if (prices.isLoadingError)
    return <QueryErrorMessage message={prices.error.message} onRetry={() => void prices.refetch()} />;
  const { data } = prices;
  const mayEdit = may("price:manage");
  const edit = (id: string | null, price: Parameters<typeof toPriceFormValues>[0]) =>
    setEdited({ id, form: toPriceFormValues(price) });
  return (
    <div className="flex max-w-form-page flex-col gap-6">
      <p className="max-w-prose text-sm text-muted">
        Most applications send tokens and no cost. The cost of such an observation is computed from the price of its
        model, and marked as computed. A cost that was sent is never changed.
      </p>
      <SearchInput
        aria-label="Search prices"
        placeholder="Search models and providers…"
        value={search}
        onValueChange={(value) => setSearch(value || null)}
        className="max-w-sm"
      />
      <Card
        title="Own prices"
        description="They come before the built-in list, and count for observations that arrive from now on."
        isFlush
        actions={
          mayEdit && (
            <Button variant="primary" onClick={() => edit(null, { pattern: "", rates: {}, validFrom: null })}>
              <Plus aria-hidden /> Add price
            </Button>
          )
        }
      >
        {data ? (
          <OwnPriceTable
            projectId={projectId}
            prices={data.own}
            mayEdit={mayEdit}
            isSearched={search !== ""}
            onEdit={(price) => edit(price.id, price)}
          />
        ) : (
          <TableSkeleton />
        )}
      </Card>
      <Card
        title="Built-in prices"
        description={
          data &&
          `From ${data.list.package} ${data.list.version} of ${data.list.date}. ${formatCountWithNoun(data.found, "price")} found${
            data.found > data.builtIn.length ? `, the first ${data.builtIn.length} are shown` : ""
          }.`
        }
        isFlush
      >
        {data ? (
          <BuiltInPriceTable
            prices={data.builtIn}
            mayEdit={mayEdit}
            onOverride={({ id, rates }) => edit(null, { pattern: makeExactModelPattern(id), rates, validFrom: null })}
          />
        ) : (
          <TableSkeleton rows={8} />
        )}
      </Card>
      <PriceDialog projectId={projectId} edited={edited} onClose={() => setEdited(null)} />
    </div>
  );
}
