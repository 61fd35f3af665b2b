import { withoutComputedCost } from "../event-source/observation-created/computed-cost";
import { ObservationCreated } from "../event-source/observation-created/schema";
import type { TraceAttributes } from "../opentelemetry/map/trace-attributes";
import { fillFromTrace, mergePatch, observationOf, type PatchedState } from "./merge-patch";
import type { ObservationPatch } from "./observation-patch";

/** A patch as an event carries it, with what the trace events of its request say of its trace. */
export type PatchEvent = { patch: ObservationPatch; trace: TraceAttributes | null };

/**
 * The payload that a patch makes of a stored one, or of none.
 * @throws ZodError where the result is no observation
 */
export function applyPatch(stored: ObservationCreated | null, { patch, trace }: PatchEvent): ObservationCreated {
  const merged = mergePatch(stored && stateOf(stored), patch);
  const filled = trace ? fillFromTrace(merged, trace) : merged;
  return ObservationCreated.parse({ observation: observationOf(patch.id, filled), setBy: filled.setBy });
}

/** Fields of a state that came whole have no order: every patch may set them. */
function stateOf({ observation, setBy = {} }: ObservationCreated): PatchedState {
  const { id: _id, updatedAt, ...fields } = withoutComputedCost(observation);
  return { fields, setBy, updatedAtMs: updatedAt ? Date.parse(updatedAt) : 0 };
}
