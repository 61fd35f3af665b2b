/**
 * Options for queries of the frame around every page. The HTML brings their data, and live messages keep the data up to
 * date. So the frame loads nothing when it mounts: a load could change the page's data before React has taken over its
 * HTML.
 */
export const FRAME_QUERY_OPTIONS = { refetchOnMount: false } as const;
