import { removeComputedCost } from "../event-source/observation-created/computed-cost";
import { cutObservationToSize } from "../event-source/observation-created/cut-to-event-size";
import { ObservationCreated } from "../event-source/observation-created/schema";
import { mergeObservationPatch, makeObservationFromPatches, type PatchedObservation } from "./merge-patch";
import type { ObservationPatch } from "./observation-patch";

/** The data of an event that changes some fields of an observation. */
export type PatchEventData = { patch: ObservationPatch };

/**
 * Applies a patch to the stored observation. `stored` is null if the patch starts a new observation.
 * @throws ZodError if the result is no observation
 */
export function applyObservationPatch(
  stored: ObservationCreated | null,
  { patch }: PatchEventData,
): ObservationCreated {
  const merged = mergeObservationPatch(stored && stateOf(stored), patch);
  const observation = makeObservationFromPatches(patch.id, merged);
  // Each patch is an event of limited size, but all patches together are not.
  cutObservationToSize(observation);
  return ObservationCreated.parse({ observation, setBy: merged.setBy });
}

/**
 * Returns a stored observation in the form that patches are merged into. The fields of an observation that came whole
 * have no order, so every patch may set them.
 */
function stateOf({ observation, setBy = {} }: ObservationCreated): PatchedObservation {
  const { id: _id, updatedAt, ...fields } = removeComputedCost(observation);
  return { fields, setBy, updatedAtMs: updatedAt ? Date.parse(updatedAt) : 0 };
}
