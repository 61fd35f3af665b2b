/** NUL and lone surrogates, which PostgreSQL's text and jsonb refuse. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Tells whether the database can store a text, or search for it. */
export const isStorableText = (text: string): boolean => !UNSTORABLE.test(text);
