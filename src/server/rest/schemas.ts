import { z } from "zod";
import { isInYearsOfCalendar } from "@/domain/filter/parse-instant";

/** A date in an answer: ISO 8601 text in UTC. */
export const DateOutput = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime());

/** A time in a request: ISO 8601 text with a time zone, in the years that the database stores. */
export const DateInput = z.iso
  .datetime({ offset: true, error: "Use a time in ISO 8601 with its zone, such as 2026-01-31T12:00:00Z." })
  .transform((text) => new Date(text))
  .refine((date) => isInYearsOfCalendar(date.getTime()), "Use a time in the years 1 to 9999.");

/** Makes the schema of one page of a list. `nextCursor` is null on the last page. */
export const makePageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** The id and name of a trigger or an action in another resource's answer. A deleted one keeps its name. */
export const TriggerOrActionNameOutput = z.object({ id: z.string(), name: z.string(), deleted: z.boolean() });

/** The query parameters of a list: the cursor and the limit. */
export const PageQuery = z.object({
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("rows of the page"),
});
