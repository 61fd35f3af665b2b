import { Button } from "./button";

type LoadMoreProps = {
  /** the state of the list's infinite query (TanStack Query) */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  /** the number of loaded rows in words, such as `50 executions` */
  shown: string;
};

/** The footer of a list that loads page by page: the number of loaded rows, and a button that loads the next page. */
export function LoadMore({ list: { hasNextPage, isFetchingNextPage, fetchNextPage }, shown }: LoadMoreProps) {
  return (
    <div className="flex items-center justify-between gap-4 px-4 py-2.5 text-xs text-muted sm:px-6">
      <span className="tabular-nums">{hasNextPage ? `${shown} shown` : shown}</span>
      {hasNextPage && (
        <Button size="sm" isLoading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load more
        </Button>
      )}
    </div>
  );
}
