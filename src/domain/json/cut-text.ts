/** Returns the first `most` UTF-16 units of a text, but never half a surrogate pair, which UTF-8 cannot hold. */
export const cutText = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
