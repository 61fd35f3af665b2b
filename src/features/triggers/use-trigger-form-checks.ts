import { makeLazyCodeLoader } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";

const code = makeLazyCodeLoader(() =>
  import("./trigger-form-checks").then(({ triggerFormChecks }) => triggerFormChecks),
);
loadOnFirstInteraction(code.load);

/**
 * Loads the functions that validate a trigger form. Gives null if their script cannot be loaded; the server then
 * validates alone.
 */
export const loadTriggerFormChecks = code.load;

/** Returns the functions that validate a trigger form; null until their script has loaded. */
export const useTriggerFormChecks = code.use;
