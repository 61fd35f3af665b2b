import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { formatCappedCount } from "@/lib/format";

/** A filter that a person can remove, with the change of the URL that removes it. */
export type RemovableFilter<Params> = { words: string; change: Partial<Params> };

/** The number of rows that fit without one filter. If the number reached `cap`, there may be more. */
type CountWithout = { count: number; cap?: number } | undefined;

/** The most rows that are read in order to count them, for a list that has no query for counts. */
export const COUNTED_ROWS_MAX = 100;

/** Counts the rows of a query with the limit COUNTED_ROWS_MAX; undefined while the query loads. */
export const countRowsOfQuery = ({ data }: { data?: { items: readonly unknown[] } | undefined }): CountWithout =>
  data && { count: data.items.length, cap: COUNTED_ROWS_MAX };

type FilteredEmptyStateProps<Params> = {
  /** the noun of a row: `execution` */
  one: string;
  /** the sentence that is shown if the list stays empty without any single filter */
  children: ReactNode;
  filters: readonly RemovableFilter<Params>[];
  /** for each filter, the number of rows that fit without it; undefined while unknown */
  counts: readonly CountWithout[];
  onChange: (change: Partial<Params>) => void;
};

/**
 * Stands in place of a list if the filters leave no row. It names the filter without which the most rows fit, and
 * offers to remove that one or all.
 */
export function FilteredEmptyState<Params>({
  one,
  children,
  filters,
  counts,
  onChange,
}: FilteredEmptyStateProps<Params>) {
  const narrowest = findNarrowest(filters, counts);
  const changeOfAll = Object.assign({}, ...filters.map(({ change }) => change)) as Partial<Params>;
  return (
    <EmptyState
      title={`No ${one} fits these filters`}
      description={
        narrowest
          ? `Without ${narrowest.words}, ${formatCappedCount(narrowest.count, narrowest.cap)} would fit.`
          : children
      }
      actions={
        <>
          {narrowest && (
            <Button variant="primary" onClick={() => onChange(narrowest.change)}>
              Remove {narrowest.words}
            </Button>
          )}
          {(!narrowest || filters.length > 1) && (
            <Button variant={narrowest ? "ghost" : "primary"} onClick={() => onChange(changeOfAll)}>
              Clear filters
            </Button>
          )}
        </>
      }
    />
  );
}

/** Returns the filter whose removal lets the most rows fit; null if no removal helps, or before a count has loaded. */
function findNarrowest<Params>(filters: readonly RemovableFilter<Params>[], counts: readonly CountWithout[]) {
  const found = filters.map((filter, index) => ({ ...filter, count: 0, ...counts[index] }));
  const best = found.toSorted((one, other) => other.count - one.count)[0];
  return best && best.count > 0 ? best : null;
}
