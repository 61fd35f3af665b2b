/** Escapes the wildcards of LIKE, so that they match as plain characters. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * Makes the Prisma condition for a text that contains `search`, in upper or lower case. Prisma does not escape LIKE's
 * wildcards, so this does.
 */
export const containsTextWhere = (search: string) => ({ contains: escapeLike(search), mode: "insensitive" as const });
