/**
 * Shortens a text in its middle, so that its beginning and its end can be read: `https://hooks…/services/T01`. A text
 * of at most `lengthMax` characters stays as it is.
 */
export function shortenMiddle(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const tail = Math.floor((lengthMax - 1) / 2);
  return `${text.slice(0, lengthMax - 1 - tail)}…${text.slice(text.length - tail)}`;
}
