import { Button } from "./button";

type LoadMoreProps = {
  hasMore: boolean;
  isLoading: boolean;
  onLoadMore: () => void;
  /** the number of loaded rows: `50 executions` */
  shown: string;
};

/** The end of a list that loads page by page, with the button for the next page. */
export function LoadMore({ hasMore, isLoading, onLoadMore, shown }: LoadMoreProps) {
  return (
    <div className="flex items-center justify-between gap-4 px-4 py-2.5 text-xs text-muted sm:px-5">
      <span className="tabular-nums">{hasMore ? `${shown} shown` : shown}</span>
      {hasMore && (
        <Button size="sm" isLoading={isLoading} onClick={onLoadMore}>
          Load more
        </Button>
      )}
    </div>
  );
}
