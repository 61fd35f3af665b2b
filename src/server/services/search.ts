/** Escapes the wildcards of LIKE, so that they match themselves. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * The condition for a text that holds `search`, in any case. Prisma passes LIKE's wildcards on; this escapes them, so
 * that they match themselves.
 */
export const containing = (search: string) => ({ contains: escapeLike(search), mode: "insensitive" as const });
