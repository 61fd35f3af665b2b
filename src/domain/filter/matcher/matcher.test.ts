import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { FilterError } from "../check-filter";
import { all, any, condition, none, testSource, type State } from "../testing";
import { anyFilter, anyState } from "../testing-arbitraries";
import { createTriggerMatcher } from "./matcher";
import { anyHistory, MatcherAndLoop, wideFilter, wideState } from "./testing";

const SEED = 20_260_131;

describe("the index gives the same answers as the plain loop", () => {
  test("for 100,000 random pairs of filters and states, with filters set, replaced and removed in between", () => {
    let pairs = 0;
    const isEnough = (): boolean => pairs >= 100_000;
    for (let seed = SEED; !isEnough(); seed++) {
      fc.assert(
        fc.property(anyHistory, (history) => {
          const both = new MatcherAndLoop();
          for (const { changes, states } of history) {
            changes.forEach((change) => both.change(change));
            for (const state of states) {
              const { index, loop } = both.answers(state);
              expect(index).toEqual(loop);
              pairs += both.size;
            }
          }
          expect(both.index.size).toBe(both.size);
        }),
        { seed, numRuns: 50 },
      );
    }
  });

  test("for a thousand filters over wide ranges of thresholds, texts and keys, while they come and go", () => {
    const both = new MatcherAndLoop();
    const filters = [
      ...fc.sample(wideFilter, { seed: SEED, numRuns: 1_200 }),
      ...fc.sample(anyFilter, { seed: SEED, numRuns: 300 }),
    ];
    const states = fc.sample(fc.oneof(wideState, anyState), { seed: SEED, numRuns: 200 });
    filters.forEach((filter, n) => {
      both.change({ id: String(n), filter });
      // Each change adds, replaces or removes a filter.
      if (n % 3 === 0) both.change({ id: String(n >> 1), filter: n % 2 === 0 ? filter : null });
      const { index, loop } = both.answers(states[n % states.length]!);
      expect(index).toEqual(loop);
    });
    let matches = 0;
    for (const state of states) {
      const { index, loop } = both.answers(state);
      expect(index).toEqual(loop);
      matches += index.length;
    }
    expect(matches).toBeGreaterThan(1_000);
    filters.forEach((_, n) => both.change({ id: String(n), filter: null }));
    expect(both.answers(states[0]!)).toEqual({ index: [], loop: [] });
  });

  test("for texts beyond 64 KiB, of which conditions see the start", () => {
    const both = new MatcherAndLoop();
    const needles = ["end", "start", "tail end", "ende", "é", "xyz", "sta", "art", "aa", "aaaa", "aaab"];
    needles.forEach((text) => {
      both.change({ id: `contains ${text}`, filter: all(condition("text", "contains", text)) });
      both.change({ id: `no ${text}`, filter: all(condition("text", "does not contain", text)) });
      both.change({ id: `ends ${text}`, filter: all(condition("text", "ends with", text)) });
    });
    for (const text of [
      `start ${"a".repeat(65_526)}ende tail end`,
      `start ${"é".repeat(40_000)} tail end`,
      "a".repeat(70_000),
    ]) {
      const { index, loop } = both.answers({ text });
      expect(index).toEqual(loop);
      expect(index).not.toContain("contains tail end");
    }
  });
});

describe("groups", () => {
  const answer = (filter: Parameters<typeof all>[0] & { type: "group" }, state: State): boolean => {
    const matcher = createTriggerMatcher(testSource);
    matcher.set("one", filter);
    return matcher.match(state).length === 1;
  };

  test("a trigger with several alternatives that hold at once is returned once", () => {
    const matcher = createTriggerMatcher(testSource);
    matcher.set(
      "one",
      any(condition("number", ">", 1), condition("string", "=", "a"), condition("boolean", "=", true)),
    );
    expect(matcher.match({ number: 2, string: "a", boolean: true })).toEqual(["one"]);
  });

  test("a filter with more alternatives than the index expands still matches", () => {
    const texts = Array.from({ length: 50 }, (_, n) =>
      all(condition("string", "contains", `<${n}>`), condition("number", ">", n)),
    );
    expect(answer(any(...texts), { string: "<49>", number: 50 })).toBe(true);
    expect(answer(any(...texts), { string: "<49>", number: 49 })).toBe(false);
    expect(answer(none(...texts), { string: "<49>", number: 49 })).toBe(true);
  });

  test("many conditions of one kind on one column all count", () => {
    const items = Array.from({ length: 20 }, (_, n) => String(n));
    const filter = all(...items.map((item) => condition("list", "any of", [item])));
    expect(answer(filter, { list: items })).toBe(true);
    expect(answer(filter, { list: items.slice(1) })).toBe(false);
    const keyed = all(...items.map((item) => condition(["object", item], "=", item)));
    expect(answer(keyed, { object: Object.fromEntries(items.map((item) => [item, item])) })).toBe(true);
    expect(answer(keyed, { object: Object.fromEntries(items.slice(1).map((item) => [item, item])) })).toBe(false);
  });
});

describe("work", () => {
  const sourceThatCounts = () => {
    const read = vi.fn((state: State, id: string) => state[id]);
    const columns = testSource.columns.map((column) => ({ ...column, read: (state: State) => read(state, column.id) }));
    return { source: { ...testSource, columns }, read };
  };

  test("a column is read at most once an event for any number of conditions, and never without one", () => {
    const { source, read } = sourceThatCounts();
    const matcher = createTriggerMatcher(source);
    for (let n = 0; n < 200; n++) {
      matcher.set(`n${n}`, all(condition("number", ">", n), condition(["object", `k${n}`], "=", "a")));
      matcher.set(
        `m${n}`,
        any(condition("object", "matches", `^a{${n % 5}}$`), condition("object", "contains", `b${n}`)),
      );
    }
    matcher.match({ number: 100, object: { k1: "a" } });
    expect(read.mock.calls.map(([, id]) => id).sort()).toEqual(["number", "object"]);
  });

  test("a long text is not read if the other conditions leave no candidate", () => {
    const { source, read } = sourceThatCounts();
    const matcher = createTriggerMatcher(source);
    matcher.set("one", all(condition("text", "contains", "a"), condition("number", ">", 5)));
    expect(matcher.match({ number: 1, text: "a" })).toEqual([]);
    expect(read.mock.calls.map(([, id]) => id)).toEqual(["number"]);
  });

  test("an event is released, even if a column cannot be read", () => {
    const [column] = testSource.columns;
    const seen: unknown[] = [];
    const read = (state: State): unknown => {
      seen.push(state);
      if (state["bad"]) throw new Error("unreadable");
      return state["string"];
    };
    const matcher = createTriggerMatcher({ ...testSource, columns: [{ ...column!, read }] });
    matcher.set("one", all(condition("string", "=", "a")));
    expect(() => matcher.match({ bad: true, string: "a" })).toThrow("unreadable");
    expect(matcher.match({ string: "a" })).toEqual(["one"]);
    expect(matcher.match({ string: "b" })).toEqual([]);
    expect(seen).toHaveLength(3);
  });
});

describe("changes", () => {
  test("a filter that cannot be evaluated is refused, and the one before stays", () => {
    const matcher = createTriggerMatcher(testSource);
    matcher.set("one", all(condition("string", "=", "a")));
    expect(() => matcher.set("one", all(condition("nowhere", "=", "a")))).toThrow(FilterError);
    expect(matcher.match({ string: "a" })).toEqual(["one"]);
    expect(matcher.size).toBe(1);
  });

  test("an empty filter matches every event, until it is removed", () => {
    const matcher = createTriggerMatcher(testSource);
    matcher.set("one", all());
    expect(matcher.match({})).toEqual(["one"]);
    expect(matcher.remove("one")).toBe(true);
    expect(matcher.remove("one")).toBe(false);
    expect(matcher.match({})).toEqual([]);
    expect(matcher.size).toBe(0);
  });
});
