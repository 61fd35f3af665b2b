/** Returns the first `most` UTF-16 units of a text, but never half a surrogate pair, which UTF-8 cannot hold. */
export const cutText = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");

/** Returns the mark that stands behind the beginning of a text, and tells how long the whole text was. */
export const makeCutMark = (text: string): string =>
  `…[cut by Trigger System: ${text.length.toLocaleString("en-US")} characters]`;
