import type { ReactNode } from "react";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";
import { formatCount } from "@/lib/format";

/** A filter that a person can remove, with the change of the URL that removes it. */
export type RemovableFilter<Params> = { words: string; change: Partial<Params> };

/** The number of rows that fit without one filter. From `cap` on, nobody counted further. */
type CountWithout = { count: number; cap?: number } | undefined;

/** The most rows that a list without counts of its own reads to count them. */
export const COUNTED_ROWS_MAX = 100;

/** Counts the rows of a page of COUNTED_ROWS_MAX rows; undefined while the page loads. */
export const countRows = ({ data }: { data?: { items: readonly unknown[] } | undefined }): CountWithout =>
  data && { count: data.items.length, cap: COUNTED_ROWS_MAX };

type NothingFitsProps<Params> = {
  /** the noun of a row: `execution` */
  one: string;
  /** the sentence where no single filter is to blame */
  children: ReactNode;
  filters: readonly RemovableFilter<Params>[];
  /** for each filter, the number of rows that fit without it; undefined while unknown */
  counts: readonly CountWithout[];
  onChange: (change: Partial<Params>) => void;
};

/** Replaces a list without a hit. It names the narrowest filter and offers to remove that one. */
export function NothingFits<Params>({ one, children, filters, counts, onChange }: NothingFitsProps<Params>) {
  const narrowest = findNarrowest(filters, counts);
  const changeOfAll = Object.assign({}, ...filters.map(({ change }) => change)) as Partial<Params>;
  return (
    <EmptyState
      title={`No ${one} fits these filters`}
      description={
        narrowest ? `Without ${narrowest.words}, ${formatCount(narrowest.count, narrowest.cap)} would fit.` : children
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

/** Returns the filter without which the most rows fit; null if each filter alone leaves the list empty. */
function findNarrowest<Params>(filters: readonly RemovableFilter<Params>[], counts: readonly CountWithout[]) {
  const found = filters.map((filter, index) => ({ ...filter, count: 0, ...counts[index] }));
  const best = found.toSorted((one, other) => other.count - one.count)[0];
  return best && best.count > 0 ? best : null;
}
