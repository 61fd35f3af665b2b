import type { EventMarkLook } from "@/domain/event-source/event-source";
import { observationListColumns } from "@/domain/event-source/observation-created/list-columns";

const marks = observationListColumns.find(({ kind }) => kind === "mark");

/** Returns the name and the colour of a level. */
export function labelAndToneOfLevel(level: string): EventMarkLook {
  return (marks?.kind === "mark" && marks.looks[level]) || { label: level, tone: "neutral" };
}
