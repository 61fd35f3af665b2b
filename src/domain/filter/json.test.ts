import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreated } from "../event-source/observation-created/index";
import { formatFilterJson, parseFilterJson } from "./json";
import { placeInText, readJsonText } from "./json-text";
import { exportLangfuseFilter } from "./langfuse/export";
import type { Filter } from "./schema";
import { all, any, condition as is, none, testSource } from "./testing";
import { anyFilter } from "./testing-arbitraries";

const parse = (text: string) => parseFilterJson(text, observationCreated);
const filter = all(
  is("level", "any of", ["ERROR"]),
  none(is("metadata", "=", "gold", "tier"), is("endTime", "is null")),
);

test("a filter that was written reads back the same, and is written the same again", () => {
  fc.assert(
    fc.property(anyFilter, (one) => {
      const text = formatFilterJson(one);
      const parsed = parseFilterJson(text, testSource);
      expect(parsed).toEqual({ filter: one, format: "filter", problems: null });
      expect(formatFilterJson(parsed.filter as Filter)).toBe(text);
      expect(parseFilterJson(JSON.stringify(one), testSource)).toEqual(parsed);
    }),
  );
});

test("is written in one way, whatever the order of its fields", () => {
  const text = `{"children":[{"value":["ERROR"],"operator":"any of","column":"level","type":"condition"}],"match":"all","type":"group"}`;
  const parsed = parse(text);
  expect(parsed.problems).toBeNull();
  expect(formatFilterJson(parsed.filter as Filter)).toBe(formatFilterJson(all(is("level", "any of", ["ERROR"]))));
  expect(formatFilterJson(any(is("level", "is null")))).toBe(
    [
      "{",
      '  "type": "group",',
      '  "match": "any",',
      '  "children": [',
      "    {",
      '      "type": "condition",',
      '      "column": "level",',
      '      "operator": "is null"',
      "    }",
      "  ]",
      "}",
    ].join("\n"),
  );
});

describe("a filter of Langfuse's", () => {
  test("is recognised and imported", () => {
    const { filters } = exportLangfuseFilter(observationCreated, all(is("level", "any of", ["ERROR"])));
    expect(parse(JSON.stringify(filters))).toEqual({
      filter: all(is("level", "any of", ["ERROR"])),
      format: "langfuse",
      problems: null,
    });
  });

  test("has its problems placed at its entries", () => {
    const text = `[\n  { "column": "level", "type": "stringOptions", "operator": "any of", "value": ["ERROR"] },\n  { "column": "scores_avg", "type": "numberObject", "key": "a", "operator": ">", "value": 1 }\n]`;
    expect(parse(text)).toEqual({
      filter: null,
      format: "langfuse",
      problems: [
        {
          line: 3,
          column: 3,
          path: "[1]",
          message: '"scores_avg" cannot be imported: this system does not receive scores.',
        },
      ],
    });
  });
});

describe("what is no filter", () => {
  const pretty = formatFilterJson(filter);
  test.each<[string, string, number, number, string, string]>([
    [
      "a wrong operator",
      pretty.replace('"any of"', '"near"'),
      8,
      19,
      "children[0].operator",
      'children[0].operator must be an operator: "=", "<>", ">", "<", ">=", "<=", "contains", "does not contain", "starts with", "ends with", "matches", "any of", "none of", "all of", "is null", "is not null".',
    ],
    [
      "a wrong match",
      pretty.replace('"none"', '"some"'),
      15,
      16,
      "children[1].match",
      'children[1].match must be "all", "any" or "none".',
    ],
    [
      "a wrong kind of node",
      pretty.replace('"condition"', '"other"'),
      6,
      15,
      "children[0].type",
      'children[0].type must be "group" or "condition".',
    ],
    [
      "a field of another",
      pretty.replace('"key"', '"name"'),
      17,
      9,
      "children[1].children[0]",
      "children[1].children[0] has no field name; a condition has type, column, key, operator and value.",
    ],
    [
      "no column",
      pretty.replace('"column": "level",', ""),
      5,
      5,
      "children[0].column",
      "children[0].column is missing; it must be a text.",
    ],
    [
      "an empty column",
      pretty.replace('"level"', '""'),
      7,
      17,
      "children[0].column",
      "children[0].column must not be empty.",
    ],
    [
      "a value that is an object",
      pretty.replace('"gold"', "{}"),
      22,
      20,
      "children[1].children[0].value",
      "children[1].children[0].value must be a text (at most 4096 characters), a finite number, true or false, or a list of at most 500 texts.",
    ],
    [
      "a child that is a text",
      '{"type":"group","match":"all","children":["a"]}',
      1,
      43,
      "children[0]",
      "children[0] must be a group or a condition.",
    ],
    [
      "no children",
      '{"type":"group","match":"all"}',
      1,
      1,
      "children",
      "children is missing; it must be a list of groups and conditions.",
    ],
    [
      "a bare condition",
      JSON.stringify(is("level", "is null")),
      1,
      1,
      "",
      "A filter is a group; put this condition into the children of one.",
    ],
    ["a text", '"level"', 1, 1, "", "The filter must be a group."],
    ["nothing", " \n ", 2, 2, "", "There is no text."],
  ])("%s is said with its place", (_name, text, line, column, path, message) => {
    const { problems } = parse(text);
    expect(problems?.[0]).toEqual({ line, column, path, message });
  });

  test("has all its problems said, in the order of the text", () => {
    const { problems } = parse(
      '{"match":"some","type":"group","children":[{"type":"condition","column":"","operator":"near"}]}',
    );
    expect(problems?.map(({ path }) => path)).toEqual(["match", "children[0].column", "children[0].operator"]);
  });

  test("may be nested as deep as it likes", () => {
    const deep = (levels: number) =>
      `${'{"type":"group","match":"all","children":['.repeat(levels)}${"]}".repeat(levels)}`;
    expect(parse(deep(70)).problems?.map(({ message }) => message)).toEqual(["The filter is nested too deeply."]);
    expect(parse(deep(50_000)).problems?.map(({ message }) => message)).toEqual(["This is nested too deeply."]);
  });
});

describe("what is no JSON", () => {
  test.each<[string, number, string]>([
    ['{"a": 1,}', 8, "There is a comma before the closing }."],
    ["[1, 2,]", 6, "There is a comma before the closing ]."],
    ['{"a" 1}', 5, 'A colon is missing after "a".'],
    ['{"a": 1 "b": 2}', 8, 'A comma or } is missing before ".'],
    ["[1 2]", 3, "A comma or ] is missing before 2."],
    ["{a: 1}", 1, "A name in double quotes is missing before a."],
    ["['a']", 1, "Text stands in double quotes, not in single ones."],
    ["[1] // end", 4, "There is more after the end of the JSON: /."],
    ["[ // first\n1]", 2, "JSON has no comments."],
    ['["a\nb"]', 3, "The closing double quote is missing."],
    ['["a', 3, "The closing double quote is missing."],
    ['["a\\x"]', 3, "A backslash stands before a character it cannot escape."],
    ['["\\u12"]', 2, "A backslash stands before a character it cannot escape."],
    ['["a\tb"]', 3, "A control character has to be escaped."],
    ["[undefined]", 1, "A value is missing before undefined."],
    ["[01]", 1, "A value is missing before 01."],
    ["[+1]", 1, "A value is missing before +1."],
    ["[NaN]", 1, "A value is missing before NaN."],
    ["[1", 2, "A comma or ] is missing before the end of the text."],
    ["", 0, "A value is missing before the end of the text."],
  ])("%j", (text, at, message) => {
    expect(readJsonText(text)).toEqual({ problem: { at, message } });
  });

  test("is exactly what JSON.parse refuses, and everything else is read the same", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"\\u00e9"',
      "1",
      "-0.5e3",
      "01",
      "true",
      "null",
      " ",
      "\n",
      "'",
      "\\",
      '"',
    );
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readJsonText(text);
        let expected: { value: unknown } | null = null;
        try {
          expected = { value: JSON.parse(text) as unknown };
        } catch {
          expected = null;
        }
        expect(read.problem === null ? { value: read.value } : null).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test("may be as long as it likes", () => {
    const value = { a: "x".repeat(20_000_000), b: "\n".repeat(1_000_000) };
    expect(readJsonText(JSON.stringify(value)).problem).toBeNull();
  });

  test("places count lines and columns from one", () => {
    expect(placeInText("ab\ncd", 0)).toEqual({ line: 1, column: 1 });
    expect(placeInText("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
  });
});
