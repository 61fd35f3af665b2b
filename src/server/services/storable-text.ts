/** Matches NUL characters and lone surrogates, which PostgreSQL refuses in texts. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Tells whether PostgreSQL can store a text or search for it. */
export const isStorableText = (text: string): boolean => !UNSTORABLE.test(text);
