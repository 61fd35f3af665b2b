/** The most drafts that the banner about open drafts counts. */
export const DRAFTS_COUNTED_MAX = 20;
