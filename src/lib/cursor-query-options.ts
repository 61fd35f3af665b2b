/**
 * Options of an infinite query over a list of the API. Each answer contains the cursor of the page after it, or null at
 * the end of the list.
 */
export const cursorQueryOptions = {
  initialCursor: null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
};
