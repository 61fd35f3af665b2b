import type { ColorTone } from "./ui/badge";

/** The colour of each tone in dots and charts. A state has the same tone everywhere. */
export const toneFillClasses: Record<ColorTone, string> = {
  neutral: "bg-neutral",
  scheduled: "bg-scheduled",
  running: "bg-running",
  success: "bg-success",
  warning: "bg-warning",
  danger: "bg-danger",
};
