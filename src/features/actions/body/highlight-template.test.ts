import { expect, test } from "vitest";
import { highlightTemplate } from "./highlight-template";

const kinds = (template: string) => highlightTemplate(template).map(({ kind, text }) => `${kind} ${text}`);

test("values, tags and JSON strings are separate pieces, also a value inside a string", () => {
  expect(kinds('{ "name": "of {{ a.b }}!", {% if x %}"n": 1{% endif %} }')).toEqual([
    "plain { ",
    'text "name"',
    "plain : ",
    'text "of ',
    "value {{ a.b }}",
    'text !"',
    "plain , ",
    "tag {% if x %}",
    'text "n"',
    "plain : 1",
    "tag {% endif %}",
    "plain  }",
  ]);
});

test.each(['{"a": "\\" {{ x"', "{{ open", '"open \\', "{% raw\n%}{{ {", "", '{ "a": { "b": "\\\\" } }'])(
  "the parts of %j joined are the template",
  (template) => {
    expect(
      highlightTemplate(template)
        .map(({ text }) => text)
        .join(""),
    ).toBe(template);
  },
);
