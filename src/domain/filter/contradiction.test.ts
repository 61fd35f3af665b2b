import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { checkFilter } from "./check-filter";
import { findFilterContradiction } from "./contradiction";
import { compileFilter } from "./compile-filter";
import { emptyFilter, type Filter, type FilterNode } from "./schema";
import { all, any, condition as is, none, testSource, type State } from "./testing";
import { anyCondition, anyFilter, anyState } from "./testing-arbitraries";

const slow = is("number", ">", 5);
const fast = is("number", "<", 3);

/** each case: a name, a filter that can never match, and the path of the node at fault */
const never: [string, Filter, number[]][] = [
  ["two values at once", all(is("option", "any of", ["a"]), is("option", "any of", ["b"])), [1]],
  ["one value, and none of it", all(is("option", "any of", ["a", "b"]), is("option", "none of", ["b", "a"])), [1]],
  ["two texts at once", all(is("string", "=", "a"), is("string", "=", "b")), [1]],
  ["a text without what it contains", all(is("string", "=", "abc"), is("string", "does not contain", "b")), [1]],
  ["a text that its expression does not match", all(is("string", "matches", "^x"), is("string", "=", "abc")), [1]],
  ["two beginnings", all(is("string", "starts with", "ab"), is("string", "starts with", "ac")), [1]],
  ["two ends", all(is("string", "ends with", "ab"), is("string", "ends with", "cb")), [1]],
  ["a beginning that is banned", all(is("string", "starts with", "abc"), is("string", "does not contain", "bc")), [1]],
  ["a part and not a part of it", all(is("text", "contains", "abc"), none(is("text", "contains", "b"))), [1, 0]],
  ["an expression and its opposite", all(is("string", "matches", "a+"), none(is("string", "matches", "a+"))), [1, 0]],
  ["above and below", all(slow, fast), [1]],
  ["above and not above", all(slow, none(slow)), [1, 0]],
  ["above and equal", all(slow, is("number", "=", 5)), [1]],
  ["equal and not equal", all(is("number", "=", 5), none(is("number", "=", 5))), [1, 0]],
  [
    "at least, at most and not equal",
    all(is("number", ">=", 5), is("number", "<=", 5), none(is("number", "=", 5))),
    [2, 0],
  ],
  ["after and before", all(is("datetime", ">", "2026-02-01"), is("datetime", "<", "2026-01-01")), [1]],
  [
    "between two neighbouring instants",
    all(is("datetime", ">", "2026-01-01T00:00:00.000Z"), is("datetime", "<", "2026-01-01T00:00:00.001Z")),
    [1],
  ],
  ["true and false", all(is("boolean", "=", true), is("boolean", "=", false)), [1]],
  [
    "neither true nor false, but there",
    all(none(is("boolean", "=", true), is("boolean", "=", false)), is("boolean", "is not null")),
    [1],
  ],
  ["missing and contains", all(is("string", "is null"), is("string", "contains", "a")), [1]],
  ["missing and compared", all(slow, is("number", "is null")), [1]],
  ["missing and there", all(is("list", "is null"), is("list", "is not null")), [1]],
  ["not missing and not there", none(is("list", "is null"), is("list", "is not null")), [1]],
  ["all of what is forbidden", all(is("list", "all of", ["a", "b"]), is("list", "none of", ["b"])), [1]],
  ["any of what is forbidden", all(is("list", "any of", ["a", "b"]), is("list", "none of", ["b", "a", "c"])), [1]],
  ["all, and not all", all(is("list", "all of", ["a", "b"]), none(is("list", "all of", ["a"]))), [1, 0]],
  ["two values at one key", all(is(["object", "k"], "=", "a"), is(["object", "k"], "=", "b")), [1]],
  ["a key of an object that is missing", all(is("object", "is null"), is(["object", "k"], "=", "a")), [1]],
  ["a number at a key that is no number", all(is(["object", "k"], "=", "gold"), is(["object", "k"], ">", 5)), [1]],
  ["two numbers at one key", all(is(["numbers", "k"], ">", 5), is(["numbers", "k"], "<", 5)), [1]],
  ["any of nothing", any(), []],
  ["any of nothing inside", all(slow, any()), [1]],
  ["none of everything", none(all()), [0]],
  ["an empty list of values", all(is("option", "any of", [])), [0]],
  ["no branch that is left", all(slow, any(fast, is("number", "=", 1))), [1]],
  [
    "branches that exclude each other",
    all(
      any(slow, is("string", "=", "a")),
      any(fast, is("boolean", "=", true)),
      is("string", "=", "b"),
      is("boolean", "=", false),
    ),
    [0],
  ],
  ["none of a group that always holds", none(any(slow, none(slow))), [0, 1, 0]],
  ["not all of what is asked", all(slow, is("string", "=", "a"), none(all(slow, is("string", "=", "a")))), [2, 0]],
];

/** each case: a name, a filter, and a payload that the filter matches */
const sometimes: [string, Filter, State][] = [
  ["everything", emptyFilter, {}],
  ["a bound on each side", all(is("number", ">=", 5), is("number", "<=", 5)), { number: 5 }],
  [
    "two lists that share a value",
    all(is("option", "any of", ["a", "b"]), is("option", "any of", ["b", "c"])),
    { option: "b" },
  ],
  ["missing, and none of", all(is("option", "is null"), is("option", "none of", ["a"])), {}],
  [
    "missing, and not equal",
    all(is("string", "is null"), none(is("string", "=", "a")), is("string", "does not contain", "a")),
    {},
  ],
  ["neither true nor false, but missing", none(is("boolean", "=", true), is("boolean", "=", false)), {}],
  ["neither above nor at most, but missing", none(is("number", ">", 5), is("number", "<=", 5)), {}],
  ["tags that hold both", all(is("list", "any of", ["a"]), is("list", "any of", ["b"])), { list: ["a", "b"] }],
  ["not all of two", all(is("list", "all of", ["a"]), none(is("list", "all of", ["a", "b"]))), { list: ["a"] }],
  ["different keys", all(is(["object", "k"], "=", "a"), is(["object", "l"], "=", "b")), { object: { k: "a", l: "b" } }],
  [
    "no number where none is needed",
    none(is(["object", "k"], ">", 5), is(["object", "k"], "<=", 5), is(["object", "k"], "is null")),
    { object: { k: "gold" } },
  ],
  ["one branch of two", all(slow, any(fast, is("string", "=", "a"))), { number: 6, string: "a" }],
  [
    "a beginning, a part and an end that overlap",
    all(is("string", "starts with", "ab"), is("string", "contains", "b"), is("string", "ends with", "b")),
    { string: "ab" },
  ],
  ["an unsound branch beside an empty one", all(any(any(any(), any()), slow)), { number: 6 }],
];

describe("a filter that can never match is found:", () => {
  test.each(never)("%s", (_name, filter, path) => {
    expect(findFilterContradiction(testSource, filter)).toMatchObject({ path });
  });
});

describe("a filter that can match is not found:", () => {
  test.each(sometimes)("%s", (_name, filter, state) => {
    expect(findFilterContradiction(testSource, filter)).toBeNull();
    if (!/empty/.test(_name)) expect(compileFilter(testSource, filter).evaluate(state).matched).toBe(true);
  });
});

test.each<[string, Filter]>([
  [
    "It can never be that level is any of ERROR and level is any of WARNING.",
    all(is("level", "any of", ["ERROR"]), is("level", "any of", ["WARNING"])),
  ],
  [
    "It can never be that latency is greater than 5 s and latency is less than 3 s.",
    all(is("latency", ">", 5), is("latency", "<", 3)),
  ],
  [
    'It can never be that name contains "a" and not (name contains "a").',
    all(is("name", "contains", "a"), none(is("name", "contains", "a"))),
  ],
  [
    "It can never be that level is any of FATAL: it is one of DEBUG, DEFAULT, WARNING, ERROR.",
    all(is("level", "any of", ["FATAL"])),
  ],
  [
    "It can never be all at once that latency is at least 5 s, and latency is at most 5 s, and not (latency is 5 s).",
    all(is("latency", ">=", 5), is("latency", "<=", 5), none(is("latency", "=", 5))),
  ],
  ["It can never be that model is any of nothing.", all(is("model", "any of", []))],
  ["This any-of group is empty, and so can never hold.", any()],
  ["This group is empty, and so always holds where it must not.", none(all())],
  [
    "Nothing in this group can hold: it can never be that latency is greater than 5 s and latency is less than 3 s.",
    all(is("latency", ">", 5), any(is("latency", "<", 3), is("latency", "<", 2))),
  ],
])("the reason is one sentence: %s", (reason, filter) => {
  expect(findFilterContradiction(observationCreatedSource, filter)?.reason).toBe(reason);
});

test("a level is one of four values, and other option columns take any value", () => {
  expect(
    findFilterContradiction(
      observationCreatedSource,
      all(is("level", "none of", ["DEBUG", "DEFAULT", "WARNING", "ERROR"])),
    ),
  ).not.toBeNull();
  expect(
    findFilterContradiction(
      observationCreatedSource,
      all(is("type", "any of", ["OTHER"]), is("environment", "none of", ["default"])),
    ),
  ).toBeNull();
});

test("a condition with a problem is ignored", () => {
  const bad = all(
    is("nothing", "=", "a"),
    is("string", "matches", "(a"),
    is("string", "=", "b"),
    is("number", ">", "x"),
    none(is("nothing", "=", "a")),
  );
  expect(findFilterContradiction(testSource, bad)).toBeNull();
});

test("no filter that matches a state is found", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      if (!compileFilter(testSource, filter).evaluate(state).matched) return;
      expect(findFilterContradiction(testSource, filter)).toBeNull();
    }),
    { numRuns: 3_000 },
  );
});

/** Turns each condition into one that holds for the payload: the condition itself, or its opposite. */
const trueOf =
  (state: State) =>
  (node: FilterNode): FilterNode => {
    const filter = node.type === "group" ? node : all(node);
    return compileFilter(testSource, filter).evaluate(state).matched ? node : none(node);
  };

test("no set of conditions that are true of one state is found, however many and however nested", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(anyCondition, anyFilter), { minLength: 1, maxLength: 8 }),
      anyState,
      (nodes, state) => {
        const filter = all(...nodes.map(trueOf(state)));
        fc.pre(checkFilter(testSource, filter).length === 0);
        expect(compileFilter(testSource, filter).evaluate(state).matched).toBe(true);
        expect(findFilterContradiction(testSource, filter)).toBeNull();
        expect(findFilterContradiction(testSource, none(none(any(filter))))).toBeNull();
      },
    ),
    { numRuns: 1_000 },
  );
});

test("a condition and its opposite are found, among any other conditions", () => {
  fc.assert(
    fc.property(anyCondition, fc.array(anyFilter, { maxLength: 3 }), (one, others) => {
      expect(findFilterContradiction(testSource, all(...others, one, none(one)))).not.toBeNull();
    }),
    { numRuns: 500 },
  );
});

test("the search gives up after a limited number of choices", () => {
  // The pigeonhole problem: each of five pigeons is in one of four holes, and no hole has two. That cannot be, but it
  // has more choices than the search tries.
  const inHole = (pigeon: number, hole: number) => is("list", "all of", [`pigeon ${pigeon} in hole ${hole}`]);
  const [pigeons, holes] = [
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3],
  ];
  const filter = all(
    ...pigeons.map((pigeon) => any(...holes.map((hole) => inHole(pigeon, hole)))),
    ...holes.flatMap((hole) =>
      pigeons.flatMap((one) =>
        pigeons.filter((other) => other > one).map((other) => none(all(inHole(one, hole), inHole(other, hole)))),
      ),
    ),
  );
  expect(checkFilter(testSource, filter)).toEqual([]);
  expect(findFilterContradiction(testSource, filter)).toBeNull();
});

test("the search gives up on long lists with many expressions", () => {
  const names = Array.from({ length: 500 }, (_, index) => `name ${index}`);
  const expressions = Array.from({ length: 98 }, (_, index) => is("freeOption", "matches", `(?i)NAME .*(${index})?$`));
  expect(
    findFilterContradiction(
      testSource,
      all(is("freeOption", "any of", names), ...expressions, is("freeOption", "=", "other")),
    ),
  ).toBeNull();
});

/** Counts how often the search reads an operator, for a filter with one condition at each of this many keys. */
function readsFor(keys: number): number {
  let reads = 0;
  const conditions = Array.from({ length: keys }, (_, index) => {
    const { operator, ...condition } = is(["object", `key ${index}`], "=", `value ${index}`);
    const get = () => ((reads += 1), operator);
    return Object.defineProperty(condition, "operator", { get, enumerable: true }) as FilterNode;
  });
  expect(findFilterContradiction(testSource, all(...conditions))).toBeNull();
  return reads;
}

test("twice as many conditions at different keys are twice the work, because a person types between two searches", () => {
  expect(readsFor(60)).toBeLessThanOrEqual(2 * readsFor(30));
});

test("a search after an edit checks the edited condition alone", () => {
  let reads = 0;
  const { column, ...condition } = is("number", ">", 5);
  const get = () => ((reads += 1), column);
  const kept = Object.defineProperty(condition, "column", { get, enumerable: true }) as FilterNode;
  const search = (edited: FilterNode): number => {
    reads = 0;
    findFilterContradiction(testSource, all(kept, edited));
    return reads;
  };
  expect(search(is("string", "=", "a"))).toBeGreaterThan(search(is("string", "=", "ab")));
});

test("choices about other columns do not hide a contradiction", () => {
  const others = Array.from({ length: 20 }, (_, index) =>
    any(is("list", "all of", [`a${index}`]), is("list", "all of", [`b${index}`])),
  );
  const clash = [any(slow, is("number", "=", 6)), any(fast, is("number", "=", 1))];
  expect(findFilterContradiction(testSource, all(...others, ...clash))).not.toBeNull();
});
