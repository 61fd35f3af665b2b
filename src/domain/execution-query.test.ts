import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseAttemptCountBounds,
  parseExecutionQuery,
  recogniseSearchText,
  parsePeriodMs,
  writeExecutionQuery,
  type ExecutionSearchFields,
} from "./execution-query";

describe("a typed search", () => {
  test("names fields in any order, with quotes and alternatives, and keeps the remaining words as text", () => {
    expect(
      parseExecutionQuery(
        'Status:failed code:5xx,404 action:"Jira issues" attempts:>2 error:timeout env:production since:2h hello "a b"',
      ),
    ).toEqual({
      query: {
        status: ["FAILED"],
        code: ["5xx", "404"],
        action: "Jira issues",
        attempts: ">2",
        error: ["timeout"],
        env: "production",
        since: "2h",
        q: "hello a b",
      },
      problems: [],
    });
  });

  test.each(["delivered", "COMPLETED", "Sending", "error", "ERROR", "retrying", "paused", "pending"])(
    "knows the status %s by its old and its new name",
    (word) =>
      expect(parseExecutionQuery(`status:${word}`)).toMatchObject({
        problems: [],
        query: { status: [expect.any(String)] },
      }),
  );

  test.each(["status:lost", "code:999", "code:abc", "attempts:many", "since:yesterday"])(
    "tells what is wrong with %s and leaves it out",
    (word) => {
      const { query, problems } = parseExecutionQuery(word);
      expect(query).toEqual({});
      expect(problems).toEqual([{ word, message: expect.stringMatching(/\.$/) }]);
    },
  );

  test("a text with a colon that names no field stays a text", () => {
    expect(parseExecutionQuery("https://example.com/a env:").query).toEqual({ q: "https://example.com/a env:" });
  });

  test.each(["constructor", "__proto__", "toString"])("%s is neither a field nor a status", (word) => {
    expect(parseExecutionQuery(`${word}:x`)).toEqual({ query: { q: `${word}:x` }, problems: [] });
    expect(parseExecutionQuery(`status:${word}`)).toMatchObject({ query: {}, problems: [{ word: `status:${word}` }] });
  });

  test("what is written is read back", () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}( [a-z]{1,5})?$/);
    const query = fc.record(
      {
        status: fc.uniqueArray(fc.constantFrom("FAILED", "RETRYING", "COMPLETED", "PENDING"), { minLength: 1 }),
        code: fc.uniqueArray(fc.constantFrom("500", "5xx", "404"), { minLength: 1 }),
        attempts: fc.constantFrom("1", ">2", "<=3"),
        action: word,
        name: word,
        env: word,
        since: fc.constantFrom("30m", "2h", "7d"),
        q: fc.stringMatching(/^[a-z0-9]{1,8}$/),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(query, (asked) => {
        const { query: read, problems } = parseExecutionQuery(
          writeExecutionQuery(asked as Partial<ExecutionSearchFields>),
        );
        expect(problems).toEqual([]);
        expect(read).toEqual(asked);
      }),
    );
  });
});

test.each([
  ["exe_01m8kynyhjj2rw46g28rbsbq89", "execution"],
  ["EXE_01M8", "execution"],
  ["trg_1", "trigger"],
  ["act_1", "action"],
  ["evt_01m8", "event"],
  ["4bf92f3577b34da6a3ce929d0e0e4736", "trace"],
  ["7c9e6679-7425-40de-944b-e07fc1f90ae7", "source"],
  ["403", "code"],
  ["5XX", "code"],
  ["7c9e6679", "text"],
  ["support-bot", "text"],
  ["600", "text"],
])("%s is recognised as %s", (text, kind) => expect(recogniseSearchText(` ${text} `).kind).toBe(kind));

test("bounds and spans", () => {
  expect(parseAttemptCountBounds(">2")).toEqual({ min: 3, max: null });
  expect(parseAttemptCountBounds("<=2")).toEqual({ min: null, max: 2 });
  expect(parseAttemptCountBounds("4")).toEqual({ min: 4, max: 4 });
  expect([parsePeriodMs("30m"), parsePeriodMs("2h"), parsePeriodMs("7d")]).toEqual([1_800_000, 7_200_000, 604_800_000]);
});
