import { lateCode } from "@/lib/late-code";
import { loadOnUse } from "@/lib/load-on-use";

const code = lateCode(() => import("./form-check").then(({ formCheck }) => formCheck));
loadOnUse(code.load);

/** Loads the checks of the form. Null: the script did not arrive, and the server alone checks. */
export const loadFormCheck = code.load;

/** Returns the checks of the form; null until their script is there. */
export const useFormCheck = code.use;
