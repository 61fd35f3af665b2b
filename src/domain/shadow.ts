import { z } from "zod";
import { Filter } from "./filter/schema";
import { SamplingBy } from "./sampling";
import { TriggerInput } from "./trigger";

/** The fields of a shadow: the parts of a trigger that decide whether it fires. */
export const ShadowInput = z.object({
  filter: Filter,
  samplingRate: TriggerInput.shape.samplingRate,
  samplingBy: SamplingBy.default("source"),
});
export type ShadowInput = z.output<typeof ShadowInput>;

/** The result of a filter and its sampling for one event. */
export const ShadowOutcome = z.enum(["fires", "sampled_out", "not_matched"]);
export type ShadowOutcome = z.infer<typeof ShadowOutcome>;

/**
 * How a trigger and its shadow compare for one event. `more`: only the shadow fires. `fewer`: only the trigger fires.
 */
export type ShadowComparison = "bothFired" | "more" | "fewer" | "neither";

export function compareShadowOutcomes(ofTrigger: ShadowOutcome, ofShadow: ShadowOutcome): ShadowComparison {
  if (ofTrigger === "fires") return ofShadow === "fires" ? "bothFired" : "fewer";
  return ofShadow === "fires" ? "more" : "neither";
}
