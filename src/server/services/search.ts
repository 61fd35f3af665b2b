/** Escapes `%`, `_` and `\` in a text, so that SQL's LIKE matches them as plain characters. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * Makes a Prisma condition for texts that contain `search`, in upper or lower case. It escapes the wildcards of LIKE,
 * because Prisma does not.
 */
export const containsTextWhere = (search: string) => ({ contains: escapeLike(search), mode: "insensitive" as const });
