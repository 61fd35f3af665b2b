import type { MarkLook } from "@/domain/event-source/event-source";
import { observationList } from "@/domain/event-source/observation-created/list";

/** The name and the colour of each level. */
export const levelLooks: Readonly<Record<string, MarkLook>> = observationList.reduce(
  (looks, column) => (column.kind === "mark" ? column.looks : looks),
  {},
);
