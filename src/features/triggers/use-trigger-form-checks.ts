import { makeLazyCode } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";

const code = makeLazyCode(() => import("./trigger-form-checks").then(({ triggerFormChecks }) => triggerFormChecks));
loadOnFirstInteraction(code.load);

/** Loads the checks of the form. Null: the script did not arrive, and the server alone checks. */
export const loadTriggerFormChecks = code.load;

/** Returns the checks of the form; null until their script is there. */
export const useTriggerFormChecks = code.use;
