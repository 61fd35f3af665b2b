import fc from "fast-check";
import { expect, test } from "vitest";
import { useTestContext } from "@/test/use-test-context";
import { toJsonParameter } from "./json-parameter";

const { ctx } = useTestContext();

/** Reads a text from a JSON parameter, as the statements that write rows do. */
const throughPostgres = async (text: string): Promise<string> => {
  const rows = await ctx.db.$queryRaw<{ text: string }[]>`
    SELECT r.text FROM json_to_recordset(${toJsonParameter([{ text }])}::json) AS r(text text)`;
  return rows[0]!.text;
};

test.each([
  ["half of a pair", "a\ud83d", "a\uFFFD"],
  ["the other half", "\ude00a", "\uFFFDa"],
  ["NUL", "a\u0000b", "a\uFFFDb"],
  ["the escapes as words", "\\u0000 \\ud83d \\\\ud83d", "\\u0000 \\ud83d \\\\ud83d"],
  ["a backslash before NUL", "\\\u0000", "\\\uFFFD"],
  ["JSON with an escape in a text", '{"a":"\\ud83d\\u0000"}', '{"a":"\\ud83d\\u0000"}'],
])("a parameter with %s reaches PostgreSQL as text", async (_what, text, stored) => {
  expect(await throughPostgres(text)).toBe(stored);
});

test("any other text reaches PostgreSQL unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
      fc.pre(!text.includes("\u0000"));
      expect(await throughPostgres(text)).toBe(text);
    }),
    { numRuns: 50 },
  );
});
