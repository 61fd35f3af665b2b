import { z } from "zod";

/** A date of a service, as ISO 8601 text in UTC in JSON. */
export const DateOutput = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime());

/** A time in a request, as ISO 8601 text with a zone. */
export const DateInput = z.iso
  .datetime({ offset: true, error: "Use a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z." })
  .transform((text) => new Date(text));

/** Makes the schema of a list's page, newest first. `nextCursor` is null on the last page. */
export const makePageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** A trigger or an action that another answer names. A deleted one keeps its name. */
export const TriggerOrActionNameOutput = z.object({ id: z.string(), name: z.string(), deleted: z.boolean() });

/** The cursor and the limit of a list, in the query. */
export const PageQuery = z.object({
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("rows of the page"),
});
