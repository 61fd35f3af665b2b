/** NUL and lone surrogates: PostgreSQL's text and jsonb refuse them. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Whether the database can store a text, or search for it. */
export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);
