import { z } from "zod";
import { AppError } from "@/server/errors";
import { isStorableText } from "./storable-text";

/**
 * The date and id of a page's last row. The next page begins after this row. Lists are sorted by date and id, both
 * descending.
 */
export type ListPosition = { at: Date; id: string };

export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 200;

/** The input of every paged list: the cursor that the previous page returned, and the most rows of a page. */
export const PageInput = z.object({
  cursor: z.string().max(5_000).nullish(),
  limit: z.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});

export type PageInput = z.infer<typeof PageInput>;

export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** The first and last date that list filters accept. JavaScript knows dates that PostgreSQL cannot store. */
const DATES = { min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z") };
export const StorableDate = z
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

/**
 * Reads the list position from a page cursor. Null without a cursor.
 * @throws AppError BAD_REQUEST if `encodeCursor` did not make the cursor
 */
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

/**
 * Makes the Prisma `where` for the rows after a cursor, in a list sorted by a date field and the id, both descending.
 * Without a cursor the `where` is empty.
 */
export function makeAfterCursorWhere<Field extends string = "createdAt">(
  cursor: string | null | undefined,
  field: Field = "createdAt" as Field,
) {
  const position = decodeCursor(cursor);
  if (!position) return {};
  return {
    // The OR alone would give the same rows. With the first condition PostgreSQL starts in the index at the cursor.
    AND: [
      { [field]: { lte: position.at } },
      { OR: [{ [field]: { lt: position.at } }, { [field]: position.at, id: { lt: position.id } }] },
    ],
  };
}

/**
 * Makes a page of up to `limit` rows and the cursor of the next page. The caller reads `limit + 1` rows, so that an
 * additional row tells that a next page exists.
 */
export function toPage<Row>(rows: Row[], limit: number, positionOf: (row: Row) => ListPosition): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(positionOf(last)) : null };
}
