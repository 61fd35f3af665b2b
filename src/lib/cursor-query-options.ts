/**
 * Options of an infinite query over a list of the API. Each page names the cursor of the next one, or null at the end.
 */
export const cursorQueryOptions = {
  initialCursor: null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
};
