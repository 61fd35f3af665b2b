import { failureCases } from "./cases-failures";
import { limitCases } from "./cases-limits";
import { stepCases } from "./cases-steps";
import { triggerCases } from "./cases-triggers";
import type { Case } from "./trial";

/** Every case, grouped by the part of an Inngest server that it tests. */
export const parts: { part: string; cases: Case[] }[] = [
  { part: "triggers", cases: triggerCases },
  { part: "steps", cases: stepCases },
  { part: "failures", cases: failureCases },
  { part: "cancellation, concurrency and batches", cases: limitCases },
];
