import { zodResolver } from "@hookform/resolvers/zod";
import { checkFilter } from "@/domain/filter/check-filter";
import { findFilterContradiction } from "@/domain/filter/contradiction";
import { TriggerInput } from "@/domain/trigger";
import { tryFilterOnSample } from "./preview/filter-trial";

/**
 * The checks of the form. They hold the engine of regular expressions, so they load after the form
 * (`useTriggerFormChecks`).
 */
export const triggerFormChecks = {
  checkFilter,
  findContradiction: findFilterContradiction,
  trySample: tryFilterOnSample,
  checkFields: zodResolver(TriggerInput.omit({ filter: true, key: true }).required()),
};
