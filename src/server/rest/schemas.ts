import { z } from "zod";

/** A date of a service; in JSON its ISO 8601 text in UTC. */
export const Time = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime());

/** A time of a request: ISO 8601 with a zone. */
export const GivenTime = z.iso
  .datetime({ offset: true, error: "Use a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z." })
  .transform((text) => new Date(text));

/** A page of a list, newest first. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Something with a name that other answers name: a trigger or an action. Deleted ones keep their name. */
export const Named = z.object({ id: z.string(), name: z.string(), deleted: z.boolean() });

/** The page of a list in the query. */
export const PageQuery = z.object({
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("rows of the page"),
});
