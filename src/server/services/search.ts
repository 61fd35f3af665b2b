/**
 * The condition for a text that holds `search`, in any case. Prisma passes LIKE's wildcards on; this escapes them, so
 * that they match themselves.
 */
export const containing = (search: string) => ({
  contains: search.replace(/[\\%_]/g, "\\$&"),
  mode: "insensitive" as const,
});
