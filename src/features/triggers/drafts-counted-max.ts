/** The most drafts that the note counts. */
export const DRAFTS_COUNTED_MAX = 20;
