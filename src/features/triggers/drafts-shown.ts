/** The most drafts that the note counts. */
export const DRAFTS_SHOWN = 20;
