import type { ListMarkAppearance } from "@/domain/event-source/event-source";
import { columnsShownInObservationList } from "@/domain/event-source/observation-created/list-columns";

const marks = columnsShownInObservationList.find(({ kind }) => kind === "mark");

/** Returns the label and the colour of an observation's level, such as ERROR. An unknown level is its own label. */
export function getLabelAndToneOfLevel(level: string): ListMarkAppearance {
  return (marks?.kind === "mark" && marks.looks[level]) || { label: level, tone: "neutral" };
}
