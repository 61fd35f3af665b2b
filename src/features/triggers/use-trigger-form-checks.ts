import { makeLateCode } from "@/lib/late-code";
import { loadOnFirstUse } from "@/lib/load-on-first-use";

const code = makeLateCode(() => import("./trigger-form-checks").then(({ triggerFormChecks }) => triggerFormChecks));
loadOnFirstUse(code.load);

/** Loads the checks of the form. Null: the script did not arrive, and the server alone checks. */
export const loadTriggerFormChecks = code.load;

/** Returns the checks of the form; null until their script is there. */
export const useTriggerFormChecks = code.use;
