import fc from "fast-check";
import { expect, test } from "vitest";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { describeFilter } from "./describe-filter";
import { listOperatorsOfColumn, getOperatorLabel } from "./operators";
import { emptyFilter, type Filter, type FilterNode } from "./schema";
import { all, any, condition, none, testSource } from "./testing";

const error = condition("level", "any of", ["ERROR", "WARNING"]);
const slow = condition("latency", ">", 5);
const health = condition("name", "contains", "health");

test.each<[string, Filter]>([
  ["every observation", emptyFilter],
  [
    'level is any of ERROR, WARNING and latency is greater than 5 s, and none of (name contains "health")',
    all(error, slow, none(health)),
  ],
  ["level is any of ERROR, WARNING or latency is greater than 5 s", any(error, slow)],
  ['none of (latency is greater than 5 s, name contains "health")', none(slow, health)],
  [
    'latency is greater than 5 s, and (level is any of ERROR, WARNING or name contains "health")',
    all(slow, any(error, health)),
  ],
  ["latency is greater than 5 s, and level is any of ERROR, WARNING", all(slow, any(error))],
  ['metadata "tier" is "gold"', all(condition(["metadata", "tier"], "=", "gold"))],
  ['input at "messages.0.content" contains "hi"', all(condition(["input", "messages.0.content"], "contains", "hi"))],
  ['usage details "input" is at least 10', all(condition(["usageDetails", "input"], ">=", 10))],
  ['start time is before "2026-01-01"', all(condition("startTime", "<", "2026-01-01"))],
  [
    "trace ID has a value and is root observation is not true",
    all(condition("traceId", "is not null"), condition("isRootObservation", "<>", true)),
  ],
  ['tags contains all of a, "b c"', all(condition("tags", "all of", ["a", "b c"]))],
  [
    "tags contains any of 0, 1, 2, 3, 4, 5, 6, 7 or 2 more",
    all(
      condition(
        "tags",
        "any of",
        Array.from({ length: 10 }, (_, index) => String(index)),
      ),
    ),
  ],
  ['nothing of ours is "x"', all(condition("nothing of ours", "=", "x"))],
  ["no observation", any()],
  ["every observation", none()],
  ["(everything), and (nothing)", all(all(), any())],
  ["none of (level is any of ERROR, WARNING; latency is greater than 5 s)", none(error, slow)],
  [
    "(level is any of ERROR, WARNING and latency is greater than 5 s), or (latency is greater than 5 s and " +
      'name contains "health")',
    any(all(error, slow), all(slow, health)),
  ],
  [
    'latency is greater than 5 s, and (name contains "health", or none of (latency is greater than 5 s))',
    all(slow, any(health, none(slow))),
  ],
  ["none of (none of (latency is greater than 5 s))", none(none(slow))],
  ['name matches "a \\"quoted\\" word\\n"', all(condition("name", "matches", 'a "quoted" word\n'))],
  [`name is "${"a".repeat(119)}…"`, all(condition("name", "=", "a".repeat(500)))],
  [
    'tags contains none of "", "a, b", "or", gpt-4o:mini',
    all(condition("tags", "none of", ["", "a, b", "or", "gpt-4o:mini"])),
  ],
  ["model is any of nothing", all(condition("model", "any of", []))],
  [
    'start time is at or after "2026-01-01" and end time has no value',
    all(condition("startTime", ">=", "2026-01-01"), condition("endTime", "is null")),
  ],
  [
    'total cost is at most 0.5 USD and model ends with "mini"',
    all(condition("totalCost", "<=", 0.5), condition("model", "ends with", "mini")),
  ],
  [
    'output does not contain "sorry" and user ID starts with "a"',
    all(condition("output", "does not contain", "sorry"), condition("userId", "starts with", "a")),
  ],
])("%s", (sentence, filter) => {
  expect(describeFilter(observationCreatedSource, filter)).toBe(sentence);
});

test("every operator of every type of column has its own words", () => {
  for (const column of testSource.columns) {
    const words = listOperatorsOfColumn(column).map((operator) => getOperatorLabel(column.type, operator));
    expect(new Set(words).size, column.id).toBe(words.length);
  }
});

test("a description is one line without a full stop, for any values", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: "binary" })), (text, list) => {
      const sentence = describeFilter(
        observationCreatedSource,
        all(condition(["metadata", text], "=", text), condition("tags", "any of", list)),
      );
      expect(sentence).not.toMatch(/[\n\r\t]/);
      expect(sentence).toMatch(/^metadata ".*" is ".*" and tags contains any of .+$/u);
    }),
  );
});

type Match = "all" | "any" | "none";
const matches: readonly Match[] = ["all", "any", "none"];

/** Makes every tree over these conditions in this order, with nested groups, and with groups of one at the leaves. */
function trees(leaves: readonly FilterNode[]): FilterNode[] {
  const [first, ...rest] = leaves;
  if (!first) return [];
  const children = rest.length === 0 ? [[first]] : forests(leaves, leaves.length - 1);
  const groups = children.flatMap((own) =>
    matches.map((match): FilterNode => ({ type: "group", match, children: own })),
  );
  return rest.length === 0 ? [first, ...groups] : groups;
}

/** Makes every row of trees over the conditions. The first tree has at most `firstMax` conditions. */
function forests(leaves: readonly FilterNode[], firstMax: number): FilterNode[][] {
  if (leaves.length === 0) return [[]];
  return leaves
    .slice(0, firstMax)
    .flatMap((_leaf, index) =>
      trees(leaves.slice(0, index + 1)).flatMap((tree) =>
        forests(leaves.slice(index + 1), leaves.length).map((others) => [tree, ...others]),
      ),
    );
}

function holds(node: FilterNode, held: ReadonlySet<FilterNode>): boolean {
  if (node.type === "condition") return held.has(node);
  const children = node.children.map((child) => holds(child, held));
  if (node.match === "all") return children.every(Boolean);
  return children.some(Boolean) === (node.match === "any");
}

test("two filters over three conditions with the same description have the same meaning", () => {
  const leaves = ["a", "b", "c"].map((value) => condition("string", "=", value));
  const states = Array.from({ length: 8 }, (_, bits) => new Set(leaves.filter((_leaf, index) => (bits >> index) & 1)));
  const all = trees(leaves).filter((node) => node.type === "group");
  const meaningOf = new Map<string, string>();
  for (const filter of all) {
    const meaning = states.map((held) => Number(holds(filter, held))).join("");
    const sentence = describeFilter(testSource, filter);
    expect(meaning, sentence).toBe(meaningOf.get(sentence) ?? meaning);
    meaningOf.set(sentence, meaning);
  }
  expect(all.length).toBeGreaterThan(1_000);
});
