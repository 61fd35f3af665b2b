import type { EventSource, FactValue, MarkLook } from "./event-source";

/** A stored thing of an event source as lists get it: its summary, with facts that have a table column of their own. */
export type StoredThing = { eventSource: string; facts?: unknown };

/** Returns the value of a list's column; null if the thing has none. */
export function listValue(thing: StoredThing, id: string): FactValue {
  const own: unknown = (thing as Record<string, unknown>)[id];
  const { facts } = thing;
  const told: unknown =
    own ?? (typeof facts === "object" && facts !== null ? (facts as Record<string, unknown>)[id] : null);
  return typeof told === "string" || typeof told === "number" || typeof told === "boolean" ? told : null;
}

/** Returns the mark of a thing and its look; null where the source has no marks, or the thing has the usual one. */
export function unusualMark(
  source: Pick<EventSource, "list"> | null,
  thing: Omit<StoredThing, "eventSource">,
): (MarkLook & { value: string }) | null {
  const column = source?.list.find(({ kind }) => kind === "mark");
  if (column?.kind !== "mark") return null;
  const value = listValue({ eventSource: "", ...thing }, column.id);
  if (typeof value !== "string" || value === column.usual) return null;
  return { value, ...(column.looks[value] ?? { label: value, tone: "neutral" }) };
}
