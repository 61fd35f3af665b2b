/**
 * The option of a query of the frame. The HTML brings its data, and live messages keep them up to date. A load by the
 * frame could change data of the page before React has taken over the HTML of the page.
 */
export const OF_FRAME = { refetchOnMount: false } as const;
