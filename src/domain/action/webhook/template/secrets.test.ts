import { describe, expect, test } from "vitest";
import { WebhookInput } from "../config";
import { replaceSecretPlaceholders, listSecretNamesInTemplate } from "./secrets";
import { renderTemplate } from "./template";

const envelope = (name: string) => ({
  type: "observation.created",
  data: { execution: { id: "exe_1" }, observation: { name } },
});
const template =
  '{"key": "{{ secrets.routing_key }}", "other": {{ secrets["api-key"] | json }}, "name": "{{ observation.name }}"}';
const render = (name: string): string => {
  const rendered = renderTemplate(template, JSON.stringify(envelope(name)));
  if (!rendered.ok) throw new Error(rendered.reason);
  return rendered.body;
};
const values = new Map([
  ["routing_key", 'R"1\n'],
  ["api-key", "K2"],
]);
const fill = (body: string) => replaceSecretPlaceholders(body, "exe_1", (name) => values.get(name));

describe("secrets of a template", () => {
  test("are not in the rendered body, and are escaped in the sent body", () => {
    const body = render("chat");
    expect(body).not.toContain("K2");
    const sent = fill(body);
    expect(JSON.parse(sent.body)).toEqual({ key: 'R"1\n', other: "K2", name: "chat" });
    expect([...sent.secrets]).toEqual([
      ["routing_key", 'R"1\n'],
      ["api-key", "K2"],
    ]);
  });

  test("cannot be inserted by an observation", () => {
    for (const name of ["{{ secrets.routing_key }}", "[secret routing_key of exe_0]", "[secret routing_key of ]"]) {
      expect(JSON.parse(fill(render(name)).body)).toMatchObject({ name });
    }
  });

  test("that are missing are named, and nothing is sent", () => {
    expect(() => replaceSecretPlaceholders(render("chat"), "exe_1", () => undefined)).toThrow("secrets.routing_key");
  });

  test("must be among the secret headers when the template is saved", () => {
    expect(listSecretNamesInTemplate(template)).toEqual(["routing_key", "api-key"]);
    const parse = (headers: object[]) => WebhookInput.safeParse({ url: "https://example.com", template, headers });
    const header = (name: string, secret: boolean) => ({ name, value: "x", secret });
    expect(parse([header("Routing_Key", true), header("api-key", true)]).success).toBe(true);
    expect(parse([header("routing_key", true), header("api-key", false)]).error?.issues).toMatchObject([
      { path: ["template"], message: "The template names secrets.api-key: add a secret header of that name." },
    ]);
  });
});
