/** Escapes `%`, `_` and `\` in a text, so that SQL's LIKE matches them as plain characters. */
export const escapeLikePattern = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * Makes a Prisma condition for texts that contain `search`, in upper or lower case. It escapes the wildcards of LIKE,
 * because Prisma does not.
 */
export const makeContainsTextWhere = (search: string) => ({
  contains: escapeLikePattern(search),
  mode: "insensitive" as const,
});
