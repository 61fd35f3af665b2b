import { withoutComputedCost } from "../event-source/observation-created/computed-cost";
import { ObservationCreated } from "../event-source/observation-created/schema";
import { mergePatch, observationOf, type PatchedState } from "./merge-patch";
import type { ObservationPatch } from "./observation-patch";

/** A patch as an event carries it. */
export type PatchEvent = { patch: ObservationPatch };

/**
 * The payload that a patch makes of a stored one, or of none.
 * @throws ZodError where the result is no observation
 */
export function applyPatch(stored: ObservationCreated | null, { patch }: PatchEvent): ObservationCreated {
  const merged = mergePatch(stored && stateOf(stored), patch);
  return ObservationCreated.parse({ observation: observationOf(patch.id, merged), setBy: merged.setBy });
}

/** Fields of a state that came whole have no order: every patch may set them. */
function stateOf({ observation, setBy = {} }: ObservationCreated): PatchedState {
  const { id: _id, updatedAt, ...fields } = withoutComputedCost(observation);
  return { fields, setBy, updatedAtMs: updatedAt ? Date.parse(updatedAt) : 0 };
}
