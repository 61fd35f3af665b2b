import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { formatFilterJson, parseFilterJson } from "./filter-json";
import { exportLangfuseFilter } from "./langfuse/export";
import type { Filter } from "./schema";
import { all, any, condition as is, none, testSource } from "./testing";
import { anyFilter } from "./testing-arbitraries";

const parse = (text: string) => parseFilterJson(text, observationCreatedSource);
const filter = all(
  is("level", "any of", ["ERROR"]),
  none(is(["metadata", "tier"], "=", "gold"), is("endTime", "is null")),
);

test("a formatted filter parses to the same filter, and formats to the same text", () => {
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

test("has one format, whatever the order of its fields", () => {
  const text =
    `{"children":[{"value":["ERROR"],"operator":"any ` +
    `of","column":"level","type":"condition"}],"match":"all","type":"group"}`;
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
    const { filters } = exportLangfuseFilter(observationCreatedSource, all(is("level", "any of", ["ERROR"])));
    expect(parse(JSON.stringify(filters))).toEqual({
      filter: all(is("level", "any of", ["ERROR"])),
      format: "langfuse",
      problems: null,
    });
  });

  test("has each problem at its entry", () => {
    const text =
      `[\n  { "column": "level", "type": "stringOptions", "operator": "any of", "value": ["ERROR"] },\n` +
      `  { "column": "scores_avg", "type": "numberObject", "key": "a", "operator": ">", "value": 1 }\n]`;
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

describe("a text that is no filter", () => {
  const pretty = formatFilterJson(filter);
  test.each<[string, string, number, number, string, string]>([
    [
      "a wrong operator",
      pretty.replace('"any of"', '"near"'),
      8,
      19,
      "children[0].operator",
      'children[0].operator must be an operator: "=", "<>", ">", "<", ">=", "<=", "contains", "does not ' +
        'contain", "starts with", "ends with", "matches", "any of", "none of", "all of", "is null", "is not ' +
        'null".',
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
      "children[1].children[0].value must be a text (at most 4096 characters), a finite number, true or false, " +
        "or a list of at most 500 texts.",
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

  test("lists all problems in the order of the text", () => {
    const { problems } = parse(
      '{"match":"some","type":"group","children":[{"type":"condition","column":"","operator":"near"}]}',
    );
    expect(problems?.map(({ path }) => path)).toEqual(["match", "children[0].column", "children[0].operator"]);
  });

  test("may be nested to any depth", () => {
    const deep = (levels: number) =>
      `${'{"type":"group","match":"all","children":['.repeat(levels)}${"]}".repeat(levels)}`;
    expect(parse(deep(70)).problems?.map(({ message }) => message)).toEqual(["The filter is nested too deeply."]);
    expect(parse(deep(50_000)).problems?.map(({ message }) => message)).toEqual(["This is nested too deeply."]);
  });
});
