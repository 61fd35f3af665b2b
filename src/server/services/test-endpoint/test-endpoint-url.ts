import { parseUrl } from "@/domain/parse-url";

const PATH = "/test-endpoint/";

/** Makes the URL of the built-in test endpoint of a project. */
export const makeTestEndpointUrl = (appUrl: string, token: string): string => new URL(PATH + token, appUrl).href;

/**
 * Reads the project's token from the URL of a test endpoint. Null if the URL is not exactly `<own
 * origin>/test-endpoint/<token>`.
 */
export function readTestEndpointToken(appUrl: string, url: string): string | null {
  const parsed = parseUrl(url);
  if (!parsed) return null;
  const { origin, pathname, search, hash, username, password } = parsed;
  if (origin !== new URL(appUrl).origin || `${search}${hash}${username}${password}` !== "") return null;
  return /^\/test-endpoint\/([0-9a-f]{32})$/.exec(pathname)?.[1] ?? null;
}
