import type { ColorTone } from "./ui/badge";

/** The CSS class that fills dots and chart bars with the colour of a tone. */
export const toneFillClasses: Record<ColorTone, string> = {
  neutral: "bg-neutral",
  scheduled: "bg-scheduled",
  running: "bg-running",
  success: "bg-success",
  warning: "bg-warning",
  danger: "bg-danger",
};
