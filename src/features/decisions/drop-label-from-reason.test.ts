import { expect, it } from "vitest";
import { dropLabelFromReason } from "./drop-label-from-reason";

it.each([
  [
    "sampled out",
    "Sampled out: its bucket 0.94 is not below the rate 0.5.",
    "Its bucket 0.94 is not below the rate 0.5.",
  ],
  ["skipped: over the cap", "Skipped: over the trigger's cap.", "Over the trigger's cap."],
  ["not matched", "Not matched: name is: odd", "Name is: odd"],
  ["created", "Matched; waits 1 h for the trigger's delay.", "Matched; waits 1 h for the trigger's delay."],
  ["filter failed", "The filter cannot be evaluated: too deep", "The filter cannot be evaluated: too deep"],
])("beside the label %s, the reason %s reads as %s", (label, reason, text) =>
  expect(dropLabelFromReason({ label, reason })).toBe(text),
);
