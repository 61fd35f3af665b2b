import { z } from "zod";
import { Filter } from "./filter/schema";
import { SamplingBy } from "./sampling";
import { TriggerInput } from "./trigger";

/** The part of a trigger that a shadow tries: what decides whether it fires. */
export const ShadowInput = z.object({
  filter: Filter,
  samplingRate: TriggerInput.shape.samplingRate,
  samplingBy: SamplingBy.default("source"),
});
export type ShadowInput = z.output<typeof ShadowInput>;

/** What a filter with its sampling makes of an event. */
export const ShadowOutcome = z.enum(["fires", "sampled_out", "not_matched"]);
export type ShadowOutcome = z.infer<typeof ShadowOutcome>;

/** How a trigger and its shadow compare on an event: `more` if the shadow alone fires. */
export type ShadowComparison = "bothFired" | "more" | "fewer" | "neither";

/** Compares what a trigger and its shadow make of one event. */
export function compareOutcomes(active: ShadowOutcome, proposed: ShadowOutcome): ShadowComparison {
  if (active === "fires") return proposed === "fires" ? "bothFired" : "fewer";
  return proposed === "fires" ? "more" : "neither";
}
