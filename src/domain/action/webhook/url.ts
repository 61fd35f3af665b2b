import { z } from "zod";

/**
 * A webhook's URL as it is stored. Its path and query can be a credential (Slack, Discord, `?token=`).
 * `masked` holds the origin and at most the last four characters, and may be shown to everybody.
 */
export const StoredUrl = z.object({ masked: z.string(), ciphertext: z.string() });
export type StoredUrl = z.infer<typeof StoredUrl>;

/** Shorter paths keep no characters: four of them would be most of the credential. */
const PATH_MIN = 12;
const ELLIPSIS = "…";

/** The URL without its path and query: `https://hooks.example.com/…last4`. A URL without a path stays whole. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return ELLIPSIS;
  const { origin, pathname, search, hash } = new URL(url);
  const rest = pathname + search + hash;
  if (rest === "/") return url;
  return `${origin}/${ELLIPSIS}${rest.length >= PATH_MIN ? rest.slice(-4) : ""}`;
}

/** Parts of a URL this long are as likely a credential as not, and are masked where an answer repeats them. */
const PART_MIN = 16;

/** What a receiver that repeats the request could give away of the URL. */
export function secretParts(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { pathname, search, searchParams } = new URL(url);
  const parts = [...pathname.split("/"), ...searchParams.values()].filter((part) => part.length >= PART_MIN);
  return [...new Set([pathname + search, pathname].filter((part) => part.length >= PATH_MIN).concat(parts))];
}

/** Whether a URL was made by `maskUrl`: its path is not known. */
export const isMasked = (url: string): boolean => url.includes(`/${ELLIPSIS}`);

export const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
