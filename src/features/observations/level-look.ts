import type { MarkLook } from "@/domain/event-source/event-source";
import { observationList } from "@/domain/event-source/observation-created/list";

const marks = observationList.find(({ kind }) => kind === "mark");

/** Returns the name and the colour of a level. */
export function levelLook(level: string): MarkLook {
  return (marks?.kind === "mark" && marks.looks[level]) || { label: level, tone: "neutral" };
}
