/** The note about drafts counts up to this number of them. */
export const DRAFTS_SHOWN = 20;
