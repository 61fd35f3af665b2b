import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { isPendingState, parsePeriodMs } from "@/domain/execution-query";
import type { AppRouter } from "@/server/api/root";

type Page = inferRouterOutputs<AppRouter>["execution"]["list"];
type Filters = inferRouterInputs<AppRouter>["execution"]["list"];
export type ListedExecution = Page["items"][number];

/**
 * The most rows of a list's first page after live updates. A longer page is loaded again, so that a tab that is open
 * for days does not grow.
 */
const FIRST_PAGE_MAX = 200;

/**
 * Writes the new state of executions into the loaded lists of executions, without a call to the server.
 * @returns false if some list must be loaded again: it is loading, its first page would become too long, or only the
 * server knows which rows match its filters
 */
export function patchExecutionLists(
  queryClient: QueryClient,
  filter: { queryKey: QueryKey },
  { projectId, rows }: { projectId: string; rows: readonly ListedExecution[] },
): boolean {
  let isComplete = true;
  for (const query of queryClient.getQueryCache().findAll({ ...filter, type: "active" })) {
    const input = inputOf(query.queryKey);
    if (input?.projectId !== projectId) continue;
    const data = query.state.data as InfiniteData<Page> | Page | undefined;
    // A query that is loading may have started before the change, and its answer would overwrite the patched rows.
    if (!data || query.state.fetchStatus === "fetching") {
      isComplete = false;
      continue;
    }
    const pages = "pages" in data ? data.pages : [data];
    const patched = patchListPages(pages, rows, { filters: input, now: Date.now() });
    if (patched === null) isComplete = false;
    else queryClient.setQueryData(query.queryKey, "pages" in data ? { ...data, pages: patched } : patched[0]);
  }
  return isComplete;
}

/** Returns the tRPC input inside a query key. @trpc/tanstack-react-query defines the shape of these keys. */
const inputOf = (queryKey: QueryKey): Filters | undefined => (queryKey[1] as { input?: Filters } | undefined)?.input;

/**
 * Writes the new state of executions into the pages of one list.
 * @returns new pages; null if only the server knows which rows match, or if the first page would become too long
 */
export function patchListPages(
  pages: readonly Page[],
  rows: readonly ListedExecution[],
  { filters, now }: { filters: Filters; now: number },
): Page[] | null {
  const known = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const fits = new Map(rows.map((row) => [row.id, fitsListFilters(row, filters, now)]));
  if ([...fits.values()].includes(null)) return null;
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const [first, ...others] = pages;
  if (!first) return [...pages];
  const inOrder = (page: Page): Page => ({
    ...page,
    items: page.items.flatMap((row) => (fits.get(row.id) === false ? [] : [fresh.get(row.id) ?? row])),
  });
  const added = rows.filter(({ id }) => !known.has(id) && fits.get(id) === true).filter(isAbove(first));
  const items = [...added, ...inOrder(first).items].toSorted(newestFirst);
  if (items.length > FIRST_PAGE_MAX) return null;
  // A list with one loaded page keeps its newest `limit` rows. A list with several pages keeps all its rows.
  const limit = others.length > 0 ? undefined : filters.limit;
  return [{ ...first, items: items.slice(0, limit) }, ...others.map(inOrder)];
}

/**
 * Tells whether a new row sorts into the loaded first page. An older row that a resend changed may belong to a page
 * that is not loaded.
 */
const isAbove =
  ({ items, nextCursor }: Page) =>
  (row: ListedExecution): boolean => {
    const last = items.at(-1);
    return nextCursor === null || last === undefined || newestFirst(row, last) < 0;
  };

const newestFirst = (left: ListedExecution, right: ListedExecution): number =>
  right.createdAt.getTime() - left.createdAt.getTime() || (right.id < left.id ? -1 : right.id > left.id ? 1 : 0);

/**
 * The parameters of a list that the browser can judge by a row. Only the server can judge the others, and a `status`
 * that says why a PENDING execution waits.
 */
const OWN = new Set("projectId limit cursor direction status triggerId actionId sourceId since from to".split(" "));

/** Tells whether an execution matches the filters of a list; null if only the server can tell. */
export function fitsListFilters(row: ListedExecution, filters: Filters, now: number): boolean | null {
  const { status, triggerId, actionId, sourceId, since, from, to } = filters;
  if (triggerId !== undefined && row.trigger.id !== triggerId) return false;
  if (actionId !== undefined && row.action.id !== actionId) return false;
  if (sourceId !== undefined && row.sourceId !== sourceId) return false;
  if (since && row.createdAt.getTime() < now - parsePeriodMs(since)) return false;
  if (from && row.createdAt < new Date(from as string | Date)) return false;
  if (to && row.createdAt >= new Date(to as string | Date)) return false;
  if (Object.entries(filters).some(([name, value]) => value !== undefined && !OWN.has(name))) return null;
  if (!status?.length) return true;
  // A filter may ask why a PENDING execution waits. That also depends on its action, so only the server can tell.
  const stored = status.filter((name) => !isPendingState(name)).map((name) => (name === "FAILED" ? "ERROR" : name));
  if (stored.includes(row.status)) return true;
  return stored.length < status.length && row.status === "PENDING" ? null : false;
}
