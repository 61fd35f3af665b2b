/**
 * Parses an absolute URL; null if the text is not one. It does not use `URL.canParse`: after about 2,000 calls Node 20
 * refuses each URL with a letter such as ü or é (nodejs/node 20.20, whose fast path reads Latin-1 as UTF-8).
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
