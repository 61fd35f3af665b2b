import { type Decision, decisionLabel as labelOf } from "@/domain/decide";

/** Returns short words for the stored kind of a decision. */
export function storedDecisionLabel(kind: string): string {
  if (kind === "filter_error") return "filter cannot be evaluated";
  return labelOf(kind as Decision["kind"]) ?? kind;
}
