import fc from "fast-check";
import { compileFilter, type CompiledFilter } from "../compile-filter";
import type { Filter, FilterCondition } from "../schema";
import { all, condition, none, testSource, type State } from "../testing";
import { anyFilter, anyState, longNumber } from "../testing-arbitraries";
import { stringifyJson } from "../../json/long-number";
import { createTriggerMatcher } from "./matcher";

// For tests: the index, the plain loop that it must agree with, and the filters and states for both.

export type Change = { id: string; filter: Filter | null };

/** The matcher, and a plain loop over the same filters, whose answers must agree. */
export class MatcherAndLoop {
  readonly index = createTriggerMatcher(testSource);
  private readonly loop = new Map<string, CompiledFilter>();

  /** Sets a filter. Null removes it. */
  change({ id, filter }: Change): void {
    if (filter) {
      this.index.set(id, filter);
      this.loop.set(id, compileFilter(testSource, filter));
    } else {
      this.index.remove(id);
      this.loop.delete(id);
    }
  }

  /** Returns the answers of both, sorted. */
  answers(state: State): { index: string[]; loop: string[] } {
    const loop = [...this.loop].filter(([, filter]) => filter.evaluate(state).matched).map(([id]) => id);
    return { index: this.index.match(state).sort(), loop: loop.sort() };
  }

  get size(): number {
    return this.loop.size;
  }
}

/** Numbers of a wide range, so that there are many thresholds, texts and keys. */
const wideNumber = fc
  .oneof(fc.integer({ min: -200, max: 200 }), fc.double({ min: -200, max: 200, noNaN: true }))
  .map((value) => value + 0);
const wideText = fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), minLength: 1, maxLength: 6 });
const affix = fc.oneof(
  wideText,
  wideText.map((text) => `${"a".repeat(40)}${text}`),
  wideText.map((text) => `${text}${"a".repeat(40)}`),
);
const wideKey = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((n) => `k${n}`),
  fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).map(([n, m]) => `k${n}.k${m}`),
  fc.integer({ min: 0, max: 5 }).map(String),
);
const wideDate = fc.integer({ min: 0, max: 400 }).map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString());

const made = ({
  columns,
  operators,
  value,
  key = fc.constant(undefined),
}: {
  columns: readonly string[];
  operators: readonly FilterCondition["operator"][];
  value: fc.Arbitrary<FilterCondition["value"]>;
  key?: fc.Arbitrary<string | undefined>;
}): fc.Arbitrary<FilterCondition> =>
  fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom(...operators), value, key)
    .map(([column, operator, wanted, at]) => condition([column, at], operator, wanted));

const comparisons = [">", ">=", "<", "<="] as const;
const ofText = ["=", "contains", "does not contain", "starts with", "ends with"] as const;
const words = fc.array(wideText, { minLength: 1, maxLength: 5 });

const wideCondition = fc.oneof(
  made({ columns: ["number"], operators: [...comparisons, "="], value: wideNumber }),
  made({ columns: ["datetime"], operators: comparisons, value: wideDate }),
  made({ columns: ["string", "always", "freeOption"], operators: ofText, value: affix }),
  made({ columns: ["text"], operators: ofText, value: affix, key: fc.option(wideKey, { nil: undefined }) }),
  made({ columns: ["object"], operators: ofText, value: affix, key: wideKey }),
  made({ columns: ["object", "numbers"], operators: comparisons, value: wideNumber, key: wideKey }),
  made({
    columns: ["object", "numbers"],
    operators: ["is null", "is not null"],
    value: fc.constant(undefined),
    key: wideKey,
  }),
  made({ columns: ["option", "list"], operators: ["any of", "none of"], value: words }),
  made({ columns: ["list"], operators: ["all of"], value: words }),
  made({ columns: ["boolean"], operators: ["=", "<>"], value: fc.boolean() }),
);

/** Filters with few conditions over wide ranges, as a project with many triggers has them. */
export const wideFilter: fc.Arbitrary<Filter> = fc
  .tuple(fc.constantFrom(all, all, all, none), fc.array(wideCondition, { minLength: 1, maxLength: 3 }))
  .map(([group, conditions]) => group(...conditions));

const wideObject = fc.oneof(
  fc.dictionary(wideKey, fc.oneof(affix, wideNumber, longNumber, fc.constant(null))),
  fc.dictionary(wideKey, fc.dictionary(wideKey, fc.oneof(affix, wideNumber))),
  fc.array(fc.oneof(affix, wideNumber), { maxLength: 8 }),
);
const stringifyJsonOf = (value: unknown): string => stringifyJson(value);
const longText = fc.array(affix, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
const absent = fc.constantFrom(null, undefined);

export const wideState: fc.Arbitrary<State> = fc.record({
  string: fc.oneof(affix, longText, absent),
  always: fc.oneof(affix, longText),
  number: fc.oneof(wideNumber, absent),
  datetime: fc.oneof(wideDate, absent),
  boolean: fc.oneof(fc.boolean(), absent),
  option: fc.oneof(wideText, absent),
  freeOption: fc.oneof(affix, absent),
  list: fc.oneof(fc.array(wideText, { maxLength: 12 }), absent),
  object: fc.oneof(wideObject, wideObject.map(stringifyJsonOf), absent),
  numbers: fc.oneof(wideObject, absent),
  text: fc.oneof(longText, wideObject, wideObject.map(stringifyJsonOf), absent),
});

const id = fc.integer({ min: 0, max: 40 }).map(String);

/** Rounds of changes of filters, each followed by states to match. */
export const anyHistory = fc.array(
  fc.record({
    changes: fc.array(fc.record({ id, filter: fc.option(fc.oneof(anyFilter, wideFilter), { nil: null, freq: 4 }) }), {
      minLength: 10,
      maxLength: 25,
    }),
    states: fc.array(fc.oneof(anyState, wideState), { minLength: 5, maxLength: 15 }),
  }),
  { minLength: 1, maxLength: 4 },
);
