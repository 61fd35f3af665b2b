import { zodResolver } from "@hookform/resolvers/zod";
import { checkFilter } from "@/domain/filter/check-filter";
import { findFilterContradiction } from "@/domain/filter/contradiction";
import { TriggerInput } from "@/domain/trigger";
import { trySample } from "./preview/trial";

/**
 * The checks of the form. They hold the engine of regular expressions, so they load after the form (`useFormCheck`).
 */
export const formCheck = {
  checkFilter,
  findContradiction: findFilterContradiction,
  trySample,
  checkFields: zodResolver(TriggerInput.omit({ filter: true, key: true }).required()),
};
