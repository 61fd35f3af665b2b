import { type Decision, getDecisionLabel as labelOf } from "@/domain/decide";

/** Returns a short label for the kind of a stored decision, such as "sampled out". */
export function getStoredDecisionLabel(kind: string): string {
  if (kind === "filter_error") return "filter cannot be evaluated";
  return labelOf(kind as Decision["kind"]) ?? kind;
}
