import { z } from "zod";
import { AppError } from "@/server/errors";
import { isStorableText } from "./storable-text";

/** The position after a page, in a list sorted by (date desc, id desc). */
export type ListPosition = { at: Date; id: string };

export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 200;

/** The input of every list: the opaque cursor of the previous page, and the number of rows. */
export const PageInput = z.object({
  cursor: z.string().max(5_000).nullish(),
  limit: z.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});

export type PageInput = z.infer<typeof PageInput>;

export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** The dates that a list accepts. PostgreSQL has fewer dates than JavaScript. */
const DATES = { min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z") };
export const ListDate = z
  .date()
  .min(DATES.min, "Use a date after 1970.")
  .max(DATES.max, "Use a date before the year 10000.");

const Encoded = z.tuple([
  z.number().int().min(DATES.min.getTime()).max(DATES.max.getTime()),
  z.string().max(1_000).refine(isStorableText),
]);

export function encodeCursor({ at, id }: ListPosition): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString("base64url");
}

/** Reads the position from a cursor. @throws AppError BAD_REQUEST for a text that encodeCursor did not make */
export function decodeCursor(cursor: string | null | undefined): ListPosition | null {
  if (!cursor) return null;
  try {
    const [at, id] = Encoded.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { at: new Date(at), id };
  } catch (cause) {
    throw new AppError("BAD_REQUEST", "This page cursor is not valid; load the list again.", {
      fields: { cursor: "Not a cursor of this list." },
      cause,
    });
  }
}

/** Makes the `where` of the rows after a cursor, for lists by (field desc, id desc). It is empty for the first page. */
export function afterCursorWhere<Field extends string = "createdAt">(
  cursor: string | null | undefined,
  field: Field = "createdAt" as Field,
) {
  const position = decodeCursor(cursor);
  if (!position) return {};
  return {
    // The second condition alone gives the same rows. The first condition lets the index start at the cursor.
    AND: [
      { [field]: { lte: position.at } },
      { OR: [{ [field]: { lt: position.at } }, { [field]: position.at, id: { lt: position.id } }] },
    ],
  };
}

/** Makes a page from `limit + 1` rows; the last row only tells that a next page exists. */
export function toPage<Row>(rows: Row[], limit: number, positionOf: (row: Row) => ListPosition): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(positionOf(last)) : null };
}
