import { parseUrl } from "@/domain/parse-url";
import { z } from "zod";

/**
 * The stored form of a webhook's URL. Its path and query may be a credential (Slack, Discord, `?token=`). Everybody may
 * see `masked`, which holds the origin and at most the last four characters.
 */
export const StoredWebhookUrl = z.object({ masked: z.string(), ciphertext: z.string() });
export type StoredWebhookUrl = z.infer<typeof StoredWebhookUrl>;

/**
 * A masked URL shows the last four characters only of a path and query with at least this length. Of a shorter path,
 * four characters would be most of the credential.
 */
const PATH_MIN = 12;
const ELLIPSIS = "…";

/**
 * Masks the path and query of a URL: `https://hooks.example.com/…last4`. A URL without a path stays whole. Any other
 * text becomes `…`.
 */
export function maskUrl(url: string): string {
  const parsed = parseUrl(url);
  if (!parsed) return ELLIPSIS;
  const { origin, pathname, search, hash } = parsed;
  const rest = pathname + search + hash;
  if (rest === "/") return url;
  return `${origin}/${ELLIPSIS}${rest.length >= PATH_MIN ? rest.slice(-4) : ""}`;
}

/**
 * The fewest characters of a path segment or a query value that may be a credential. A receiver's answer that repeats
 * one is masked.
 */
const PART_MIN = 16;

/** Lists the parts of a URL that may be credentials. They are masked in the receiver's answer. */
export function listSecretUrlParts(url: string): string[] {
  const parsed = parseUrl(url);
  if (!parsed) return [];
  const { pathname, search, searchParams } = parsed;
  const parts = [...pathname.split("/"), ...searchParams.values()].filter((part) => part.length >= PART_MIN);
  return [...new Set([pathname + search, pathname].filter((part) => part.length >= PATH_MIN).concat(parts))];
}

/** Tells whether a URL is a masked URL, from which nobody can learn the path. */
export const isMaskedUrl = (url: string): boolean => url.includes(`/${ELLIPSIS}`);

export const readUrlOrigin = (url: string): string | null => parseUrl(url)?.origin ?? null;
