import { zodResolver } from "@hookform/resolvers/zod";
import { checkFilter } from "@/domain/filter/check-filter";
import { findFilterContradiction } from "@/domain/filter/contradiction";
import { TriggerInput } from "@/domain/trigger";
import { tryFilterOnSample } from "./preview/filter-trial";

/**
 * The functions that validate a trigger form in the browser. They contain the large regular expression engine, so
 * `useTriggerFormChecks` loads them after the form.
 */
export const triggerFormChecks = {
  checkFilter,
  findContradiction: findFilterContradiction,
  trySample: tryFilterOnSample,
  checkFields: zodResolver(TriggerInput.omit({ filter: true, key: true }).required()),
};
