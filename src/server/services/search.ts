/** The condition of a text that holds `search`, in any case. Prisma leaves LIKE's wildcards as they are; here they are characters. */
export const containing = (search: string) => ({
  contains: search.replace(/[\\%_]/g, "\\$&"),
  mode: "insensitive" as const,
});
