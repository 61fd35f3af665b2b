import type { EventSource, EventSummaryValue, ListMarkAppearance } from "./event-source";

/**
 * Returns the value of a column in the list of subjects; null if the subject has none.
 * @param thing a stored subject as lists get it; its facts are members of the object itself or of its `facts`
 */
export function readListColumnValue(thing: object, id: string): EventSummaryValue {
  const { [id]: own, facts } = thing as Record<string, unknown>;
  const told: unknown =
    own ?? (typeof facts === "object" && facts !== null ? (facts as Record<string, unknown>)[id] : null);
  return typeof told === "string" || typeof told === "number" || typeof told === "boolean" ? told : null;
}

/** Returns the mark of a subject and its look. Null if the subject has no mark, or the mark of ordinary subjects. */
export function findUnusualMark(
  source: Pick<EventSource, "list"> | null,
  thing: object,
): (ListMarkAppearance & { value: string }) | null {
  const column = source?.list.find(({ kind }) => kind === "mark");
  if (column?.kind !== "mark") return null;
  const value = readListColumnValue(thing, column.id);
  if (typeof value !== "string" || value === column.usual) return null;
  return { value, ...(column.looks[value] ?? { label: value, tone: "neutral" }) };
}
