import { z } from "zod";
import { decideOnEvent, filterErrorDecision, type Decision } from "../decide";
import { getEventSource } from "../event-source/registry";
import { compileFilter } from "../filter/compile-filter";
import { checkFilter } from "../filter/check-filter";
import type { Filter } from "../filter/schema";
import type { SamplingBy } from "../sampling";
import type { DelayMode } from "../trigger";

/** The decision that a test expects. `matched` accepts created and sampled_out. */
const Expected = z.enum(["created", "not_matched", "sampled_out", "matched", "filter_error"]);
type Expected = z.infer<typeof Expected>;

const Expectation = z.union(
  [Expected, z.strictObject({ decision: Expected, reason: z.string().optional() })],
  `must be one of ${Expected.options.join(", ")}, or an object with decision and reason`,
);

/** A file of tests of triggers. Each test has an observation and the decision that it expects of each trigger. */
export const TriggerTestFile = z.strictObject({
  tests: z.array(
    z.strictObject({
      name: z.string().min(1),
      /** the fields of the observation, as an event has them in `data.observation` */
      observation: z.record(z.string(), z.unknown()),
      /** the expected decision, by the key of a trigger; a trigger that is left out is not tested */
      expect: z.record(z.string(), Expectation),
    }),
  ),
});
export type TriggerTestFile = z.input<typeof TriggerTestFile>;

/** A trigger under test. Sampling hashes `id`, which is the trigger's key if the trigger has no id yet. */
export type TriggerUnderTest = {
  key: string;
  id: string;
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  delaySeconds: number;
  delayMode: DelayMode;
};

/**
 * The result of one expectation of one test. `failure` says what came instead, or why there is no decision; null for a
 * success.
 */
export type TriggerTestResult = { test: string; trigger: string; failure: string | null };

/**
 * Runs the tests of a file with the same filter code and `decideOnEvent` as the server. Each observation counts as new:
 * it has no execution yet, and no cap is full.
 */
export function runTriggerTests(
  file: z.output<typeof TriggerTestFile>,
  triggers: readonly TriggerUnderTest[],
  now: Date,
): TriggerTestResult[] {
  const byKey = new Map(triggers.map((trigger) => [trigger.key, trigger]));
  return file.tests.flatMap(({ name, observation, expect }) =>
    Object.entries(expect).map(([key, expected]) => {
      const trigger = byKey.get(key);
      const failure = trigger
        ? failureOf(
            decideOnNewObservation(trigger, observation, now),
            typeof expected === "string" ? { decision: expected } : expected,
          )
        : `There is no trigger with the key ${key}. Use the name of its file.`;
      return { test: name, trigger: key, failure };
    }),
  );
}

type Outcome = Pick<Decision, "kind" | "reason"> | { problem: string };

/**
 * Returns the decision of a trigger about an observation that the trigger sees for the first time, or the problem that
 * prevents a decision. A filter with a problem gives the decision `filter_error`.
 */
export function decideOnNewObservation(
  trigger: TriggerUnderTest,
  observation: Record<string, unknown>,
  now: Date,
): Outcome {
  const source = getEventSource(trigger.eventSource);
  if (!source) return { problem: `There is no event source called ${trigger.eventSource}.` };
  const parsed = source.payload.safeParse({ observation });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `The observation cannot be used: ${issue?.path.join(".")} ${issue?.message}.` };
  }
  const problems = checkFilter(source, trigger.filter);
  if (problems.length > 0) return filterErrorDecision(problems.map(({ message }) => message).join(" "));
  const { matched, firstFailure } = compileFilter(source, trigger.filter).evaluate(parsed.data);
  const decision = decideOnEvent({
    trigger,
    action: { id: "any", enabled: true },
    evaluation: { matched, failure: firstFailure },
    existing: null,
    roomUnderCap: true,
    keys: { sourceId: source.sourceId(parsed.data), ...source.links(parsed.data) },
    now,
  });
  const { kind, reason, seen } = decision;
  return { kind, reason: seen === undefined ? reason : `${reason}: ${seen}` };
}

function failureOf(outcome: Outcome, expected: { decision: Expected; reason?: string | undefined }): string | null {
  if ("problem" in outcome) return outcome.problem;
  const { kind, reason } = outcome;
  const isKind =
    expected.decision === "matched" ? kind === "created" || kind === "sampled_out" : kind === expected.decision;
  if (!isKind) return `Expected ${expected.decision}, but it is ${kind}: ${reason}`;
  if (expected.reason === undefined || reason.includes(expected.reason)) return null;
  return `Expected a reason with "${expected.reason}", but it is: ${reason}`;
}
