import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreatedSource } from "@/domain/event-source/observation-created";
import { observationTemplatePresets } from "@/domain/event-source/observation-created/template-presets";
import { buildEnvelopeText } from "../envelope";
import { renderTemplateIfQuick, renderTemplate, TEMPLATE_BYTES_MAX, findTemplateProblem } from "./template";
import { listTemplateVariables } from "./variables";

const NOW = new Date("2026-03-01T12:30:45.678Z");
const hostile =
  'a "quote", "evil": true }\n\r\t\\ \u0000\u2028 </script> {{ url }} {% raw %} <!channel> @everyone é 漢 🎉';

function envelopeOf(
  change: Record<string, unknown> = {},
  detail: "thin" | "standard" | "full" = "full",
): Record<string, unknown> {
  const { observation } = observationCreatedSource.sample(NOW);
  const text = buildEnvelopeText({
    source: observationCreatedSource,
    apiVersion: "v1",
    timestamp: NOW,
    trigger: { id: "trg_1", name: typeof change.triggerName === "string" ? change.triggerName : "Errors" },
    executionId: "exe_1",
    url: "https://app.example/projects/p/executions/exe_1",
    subject: observationCreatedSource.actionInput({ observation: { ...observation, ...change } }, detail),
  });
  return JSON.parse(text) as Record<string, unknown>;
}

const render = (template: string, envelope: object = envelopeOf()) =>
  renderTemplate(template, JSON.stringify(envelope));
function parsed(template: string, envelope = envelopeOf()): unknown {
  const result = render(template, envelope);
  if (!result.ok) throw new Error(`${result.line}: ${result.reason}`);
  return JSON.parse(result.body);
}
const body = (template: string, envelope = envelopeOf()): string => JSON.stringify(parsed(template, envelope));

describe("values", () => {
  test("a text between quotes is rendered as it is, whatever it holds", () => {
    expect(parsed('{"name": "{{ observation.name }}"}', envelopeOf({ name: hostile }))).toEqual({ name: hostile });
  });

  test("no text adds a name, wherever it is inserted", () => {
    const places = [
      '{"a": "{{ x }}", "b": 1}',
      '{"a": {{ x | json }}, "b": 1}',
      '{"a": "{{ x | upcase | append: x }}", "b": 1}',
      '{"a": {{ x }}, "b": 1}',
      '{"a": "{{ x | json }}", "b": 1}',
      '{% capture y %}{{ x }}{% endcapture %}{"a": "{{ y }}", "b": 1}',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", ",", ":", "a", "1", "\n", "[", "]", "\ud83c\udf89") }),
        (place, x) => {
          const result = render(place, { data: { x } });
          if (result.ok) expect(Object.keys(JSON.parse(result.body) as object)).toEqual(["a", "b"]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("json renders any value whole, and a missing value as null", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (x) => void expect(body("{{ x | json }}", { data: { x } })).toBe(JSON.stringify(x))),
    );
    expect(body("{{ nobody.knows | json }}")).toBe("null");
  });

  test("numbers and booleans are bare, an object between quotes is JSON as a text, a missing value is empty", () => {
    const envelope = { data: { n: 1.5, yes: true, o: { a: ['"'] } } };
    expect(parsed('[{{ n }}, {{ yes }}, "{{ o }}", "{{ none }}", "{{ o.a.size }}"]', envelope)).toEqual([
      1.5,
      true,
      '{"a":["\\""]}',
      "",
      "1",
    ]);
  });

  test("raw inserts a text as it is, and the body must still be JSON", () => {
    expect(body("{{ x | raw }}", { data: { x: '{"a":1}' } })).toBe('{"a":1}');
    expect(render('["{{ x | raw }}"]', { data: { x: '"' } })).toMatchObject({ ok: false, line: 1 });
    expect(render('["{{ x | raw }}"]', { data: { x: "\ud800" } })).toEqual({ ok: true, body: '["\ufffd"]' });
  });

  test("the fields of the envelope have their own names, and those below data too", () => {
    expect(
      parsed(
        '["{{ data.observation.name }}", "{{ observation.name }}", "{{ trigger.name }}", "{{ execution.id }}", ' +
          '"{{ type }}", "{{ timestamp }}"]',
      ),
    ).toEqual(["answer-question", "answer-question", "Errors", "exe_1", "observation.created", NOW.toISOString()]);
  });

  test("the only date is the event's, in UTC", () => {
    expect(body('"{{ timestamp | date: "%Y-%m-%d %H:%M" }}"')).toBe('"2026-03-01 12:30"');
    for (const now of ["now", "today"])
      expect(render(`"{{ "${now}" | date: "%Y" }}"`)).toMatchObject({
        ok: false,
        reason: expect.stringContaining("timestamp"),
      });
  });

  test("prototypes cannot be reached", () => {
    for (const path of [
      "constructor",
      "observation.constructor.name",
      "observation.__proto__",
      "observation['constructor']",
      "toString",
      "observation.tags.push",
      "observation.name.trim",
    ]) {
      expect(body(`"{{ ${path} }}"`)).toBe('""');
    }
    expect(
      parsed("{{ observation | json }}", { data: { observation: JSON.parse('{"__proto__": {"x": 1}}') } }),
    ).toEqual(JSON.parse('{"__proto__": {"x": 1}}'));
    expect({}).not.toHaveProperty("x");
  });

  test("renderings of one template do not see each other", () => {
    const counting = '{% increment n %}{% assign seen = "yes" %}';
    expect(render(`["${counting}{{ seen }}"]`)).toEqual(render(`["${counting}{{ seen }}"]`));
    expect(body('"{{ seen }}"')).toBe('""');
  });
});

describe("a template that is refused", () => {
  test.each([
    ["", 1, "write a template"],
    [" \n", 1, "write a template"],
    ["x".repeat(TEMPLATE_BYTES_MAX + 1), 1, "a template has at most 64 KB"],
    ["é".repeat(TEMPLATE_BYTES_MAX / 2 + 1), 1, "a template has at most 64 KB"],
    ["\n{{ a", 2, "not closed"],
    ["\n\n{% if a %}", 3, "not closed"],
    ["\n{{ a | shout }}", 2, "undefined filter: shout"],
    ["\n\n{% shout %}", 3, 'tag "shout" not found'],
    ["{% if 1 %}".repeat(2_900) + "{% endif %}".repeat(2_900), 1, ""],
  ])("says the line: %.20s", (template, line, reason) => {
    const problem = findTemplateProblem(template);
    if (reason === "") expect(render(template).ok).toBe(false);
    else expect(problem).toEqual({ line, reason: expect.stringContaining(reason) });
  });

  test.each(["include", "render", "layout", "block", "tablerow"])("a template cannot use files and HTML: %s", (tag) => {
    expect(findTemplateProblem(`{% ${tag} "/etc/passwd" %}`)).toMatchObject({ reason: `tag "${tag}" not found` });
  });

  test.each(["sample", "where_exp", "sha256", "base64_encode", "inspect"])(
    "what is random, compiles text or needs Node is no filter: %s",
    (filter) => {
      expect(findTemplateProblem(`{{ a | ${filter} }}`)).toMatchObject({ reason: `undefined filter: ${filter}` });
    },
  );
});

describe("limits", () => {
  test.each([
    "{{ a }}",
    "{{ a",
    "{% if a %}",
    "{% if a",
    "{{ a | upcase }}",
    "{% liquid\n",
    "{{'",
    "{% raw %}",
    "{% comment %}",
    "{%-",
    "}}",
    "a[",
    "{{ a[",
    "((",
  ])("a template full of %j is read or refused", (piece) => {
    expect(() => findTemplateProblem(piece.repeat(Math.floor(TEMPLATE_BYTES_MAX / piece.length)))).not.toThrow();
  });

  test("more templates than are kept compiled render right", () => {
    const templates = Array.from({ length: 40 }, (_, index) => `[${index}]${" ".repeat(30_000)}`);
    for (const round of [1, 2])
      expect(
        templates.map((template) => JSON.stringify(parsed(template))),
        `round ${round}`,
      ).toEqual(templates.map((_, index) => `[${index}]`));
  });

  const long = "a".repeat(200_000);
  const many = Array.from({ length: 5_000 }, (_, index) => index);
  test.each([
    [
      "loops in loops",
      "{% for i in (1..10000) %}{% for j in (1..10000) %}{% for k in (1..10000) %}{% endfor %}{% endfor %}{% " +
        "endfor %}1",
    ],
    ["loops over a list of the event", "{% for i in many %}{% for j in many %}{% endfor %}{% endfor %}1"],
    ["an endless range", "{% for i in (1..1000000000000) %}1{% endfor %}"],
    ["a text that doubles", '{% assign x = "aa" %}{% for i in (1..1000) %}{% assign x = x | append: x %}{% endfor %}1'],
    [
      "a text that is squared",
      "{% assign x = 'aaaaaaaaaaaaaaaa' %}{% for i in (1..100) %}{% assign x = x | replace: 'a', x %}{% endfor %}1",
    ],
    [
      "a captured text that doubles",
      "{% for i in (1..1000) %}{% capture x %}{{ x | raw }}{{ x | raw }}aa{% endcapture %}{% endfor %}1",
    ],
    [
      "captured text of the template",
      `{% capture x %}{% for i in (1..9000) %}${"x".repeat(10_000)}{% endfor %}{% endcapture %}1`,
    ],
    ["a chain of filters", `{{ many${" | reverse".repeat(5_000)} | size }}`],
    [
      "a chain of comparisons",
      `{% if ${Array.from({ length: 2_500 }, () => "long contains 'aaab'").join(" or ")} %}{% endif %}1`,
    ],
    ["a date as wide as memory", '"{{ timestamp | date: "%1000000000Y" }}"'],
    ["a long text to search for", "{{ long | split: long | size }}"],
    ["an output without end", `{% for i in (1..9000) %}${"x".repeat(1_000)}{% endfor %}`],
  ])("%s end with a reason", (_, template) => {
    const result = render(template, { timestamp: NOW.toISOString(), data: { long, many } });
    if (result.ok) expect(result.body.length).toBeLessThan(10);
    else expect(result.reason).toMatch(/takes|too much|over 256 KB|at most|JSON/);
  });

  const overLimit = /^it takes more than 2,000,000 steps$|^it handles too much text$/;
  const again = (filter: string): string =>
    `{% assign list = (1..500000) %}{% for i in (1..1000) %}{% assign x = list | ${filter} %}{% endfor %}1`;

  test.each([
    "find: 'a'",
    "where: 'a'",
    "where: 'a', 1",
    "reject: 'a.b.c.d'",
    "has: 'a'",
    "map: 'a'",
    "map: 'a.b.c.d'",
    "sort",
    "sort: 'a'",
    "sort_natural",
    "sum",
    "sum: 'a'",
    "uniq",
    "compact",
    "reverse",
    "concat: list",
    "slice: 0, 500000",
    "join: ','",
    "upcase",
    "append: list",
    "split: ''",
    "replace: '1', '2'",
    "truncatewords: 3",
    "url_encode",
    "date: '%Y'",
    "plus: list",
    "json",
  ])("a filter costs by the item: %s over 500,000 items", (filter) => {
    const result = renderTemplate(again(filter), "{}");
    expect(result).toEqual({ ok: false, line: 1, reason: expect.stringMatching(overLimit) });
    expect(renderTemplateIfQuick(again(filter), "{}")).toBeNull();
  });

  test.each(["size", "first", "last", "default: 1"])("a filter that reads no item costs nothing: %s", (filter) => {
    expect(renderTemplate(again(filter), "{}")).toEqual({ ok: true, body: "1" });
  });

  test.each([-1e12, 1e12])(
    "a member of the sender that is called size costs nothing and gives no steps: %d",
    (size) => {
      expect(render("{{ o.size }}", { data: { o: { size } } })).toEqual({ ok: true, body: String(size) });
      expect(
        render(`{{ o.size }}{% for i in (1..100000) %}${"{% assign x = a %}".repeat(30)}{% endfor %}`, {
          data: { o: { size } },
        }),
      ).toMatchObject({ ok: false, reason: expect.stringMatching(/steps/) });
    },
  );

  test("the size of a long text costs nothing by its length", () => {
    expect(render("{{ long.size }}", { data: { long: "a".repeat(600_000) } })).toEqual({ ok: true, body: "600000" });
  });

  test.each([
    "upcase",
    "strip_html",
    "squish",
    "split: ','",
    "replace: 'a', 'b'",
    "replace_last: 'b', 'c'",
    "remove: 'aab'",
    "truncate: 10",
    "truncatewords: 10",
    "slice: 1, 2",
    "plus: 1",
    "date: '%Y'",
    "json",
    "append: long",
    "rstrip: 'a'",
  ])("a filter costs by the length of its text: %s", (filter) => {
    const template = `{% for i in (1..100000) %}{% assign x = long | ${filter} %}{% endfor %}1`;
    expect(render(template, { data: { long } })).toMatchObject({ ok: false, reason: expect.stringMatching(overLimit) });
  });

  const round = (work: string): string => `{% for i in (1..20000) %}${work}{% endfor %}1`;
  test.each([
    ["a long path", round(`{% assign x = a${".a".repeat(20_000)} %}`)],
    ["a path in brackets", round(`{% assign x = a${"[a".repeat(2_000)}${"]".repeat(2_000)} %}`)],
    ["many values to compare with", round(`{% case "x" %}{% when ${"1,".repeat(20_000)}2 %}{% endcase %}`)],
    ["long values to compare with", round(`{% case long %}{% when ${"other,".repeat(9_000)}2 %}{% endcase %}`)],
    ["many values in turn", round(`{% cycle ${"1,".repeat(20_000)}2 %}`)],
    ["a list that is turned around for one item", round("{% for j in many reversed limit: 1 %}{% endfor %}")],
    ["texts that are equal up to their ends", round("{% if long == other %}{% endif %}")],
    ["lists that are equal up to their ends", round("{% if many == same %}{% endif %}")],
    ["an object's names", round("{% assign x = named.size %}")],
    ["the same object, many times", "{% assign x = (1..100000) %}{% for i in x %}{{ named | json }}{% endfor %}"],
  ])("costs by its size: %s", (_, template) => {
    const data = {
      long,
      other: `${long.slice(1)}b`,
      many,
      same: [...many.slice(1), -1],
      named: Object.fromEntries(many.map((n) => [`name ${n}`, n])),
    };
    const result = render(template, { data });
    expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/steps|too much text|over 256 KB/) });
  });

  test("memory is limited to four times the event and 1 MB", () => {
    const pieces = (count: number): string =>
      `{% for i in (1..${count}) %}{% capture x %}{{ long | raw }}{% endcapture %}{% endfor %}1`;
    // The event has 200 KB, so a rendering may write 1.8 million characters. Eight copies fit, and ten do not.
    expect(render(pieces(8), { data: { long } }).ok).toBe(true);
    expect(render(pieces(10), { data: { long } })).toMatchObject({ ok: false, reason: "it handles too much text" });
  });

  test("a small template that makes a long list is left to a thread, in whatever few steps it does that", () => {
    expect(renderTemplateIfQuick(`{% assign list = (1..500000) %}1`, "{}")).toBeNull();
    expect(renderTemplate(`{% assign list = (1..500000) %}1`, "{}")).toEqual({ ok: true, body: "1" });
  });

  test("a small template renders the same with the small limits", () => {
    for (const { template } of observationTemplatePresets) {
      const envelope = JSON.stringify(envelopeOf());
      expect(renderTemplateIfQuick(template, envelope)).toEqual(renderTemplate(template, envelope));
    }
    expect(renderTemplateIfQuick(`[${" ".repeat(9_000)}1]`, "{}")).toBeNull();
    expect(renderTemplateIfQuick("1", JSON.stringify({ data: { long } }))).toBeNull();
    expect(renderTemplateIfQuick("{{ a | shout }}", "{}")).toEqual({
      ok: false,
      line: 1,
      reason: "undefined filter: shout",
    });
  });

  test("a body has at most 256 KB, in bytes", () => {
    const of = (length: number, unit: string) => render('"{{ x | raw }}"', { data: { x: unit.repeat(length) } });
    expect(of(256 * 1024 - 2, "a").ok).toBe(true);
    expect(of(256 * 1024 - 1, "a")).toMatchObject({ ok: false, reason: "the body is over 256 KB" });
    expect(of(128 * 1024, "é")).toMatchObject({ ok: false, reason: "the body is over 256 KB" });
  });
});

describe("output that is not JSON", () => {
  test.each([
    ['{\n  "a": 1,\n  "b": {{ none }}\n}', 3, "a value was expected"],
    ['{\n  "a": "{{ observation.tags | json }}"\n}', 2, '"," or the end'],
    ["{\n\n{% for tag in observation.tags %}\n  {{ tag | json }}: 1,\n{% endfor %}\n}", 6, "a name in quotes"],
    ["[1,\n2", 2, "the end came"],
    ["1\n2", 2, "more after the end"],
    ['{%- assign a = 1 -%}\n\n  {"a" {{ a }} }', 3, 'a ":"'],
    ['"a\nb"', 1, "a line break"],
    ['["\\x"]', 1, "escapes nothing"],
    ['"abc', 1, "not closed"],
    ["{{ none }}", 1, "is empty"],
    ["[01]", 1, "was expected here"],
    ["[1}", 1, "was expected here"],
  ])("says the line of the template: %j", (template, line, reason) => {
    expect(render(template)).toEqual({ ok: false, line, reason: expect.stringContaining(reason) });
  });

  test("is reported without a word of the event", () => {
    for (const template of [
      '"{{ observation.name | raw }}',
      "{{ observation.name | raw }}",
      '{"a": "{{ observation.name | json }}"}',
      "{{ observation.name | date: observation.name }}",
    ]) {
      expect(render(template, envelopeOf({ name: "topsecret" }))).toMatchObject({
        ok: false,
        reason: expect.not.stringContaining("topsecret"),
      });
    }
  });
});

describe("presets", () => {
  const of = (id: string, envelope: Record<string, unknown>) =>
    parsed(observationTemplatePresets.find((preset) => preset.id === id)!.template, envelope) as object;
  const bare = { id: "o-1", name: null, type: null, model: undefined, startTime: null };
  const cases = [
    ["the sample", envelopeOf()],
    ["the sample, thin", envelopeOf({}, "thin")],
    [
      "hostile text",
      envelopeOf({
        name: hostile,
        model: hostile,
        environment: hostile,
        traceId: hostile,
        level: "ERROR",
        triggerName: hostile,
      }),
    ],
    ["next to nothing", envelopeOf(bare, "standard")],
    [
      "a very long name",
      envelopeOf({ name: "n".repeat(20_000), model: "m".repeat(20_000), environment: "e".repeat(20_000) }),
    ],
  ] as const;

  for (const { id } of observationTemplatePresets)
    test.each(cases)(`${id} is JSON for %s`, (_, envelope) => expect(of(id, envelope)).toBeTypeOf("object"));

  test.each(cases)("texts are at most as long as the services allow, and mention nobody: %s", (_, envelope) => {
    const slack = JSON.stringify(of("slack", envelope));
    const { blocks, text } = of("slack", envelope) as {
      blocks: { text?: { type: string; text: string }; fields?: { type: string; text: string }[] }[];
      text: string;
    };
    expect(text).not.toMatch(/<|>/);
    for (const block of blocks)
      for (const shown of [...(block.fields ?? []), ...(block.text ? [block.text] : [])]) {
        expect(shown.text.length).toBeLessThanOrEqual(2_100);
        if (shown.type === "mrkdwn")
          expect(shown.text).toBe("<https://app.example/projects/p/executions/exe_1|Open the execution>");
      }
    expect(slack.length).toBeLessThan(10_000);

    const discord = of("discord", envelope) as {
      allowed_mentions: unknown;
      embeds: { title: string; fields: { value: string }[] }[];
    };
    expect(discord.allowed_mentions).toEqual({ parse: [] });
    expect(discord.embeds[0]!.title.length).toBeLessThanOrEqual(256);
    for (const { value } of discord.embeds[0]!.fields) expect(value.length).toBeGreaterThan(0);

    const pagerDuty = of("pagerduty", envelope) as {
      event_action: string;
      payload: { summary: string; severity: string; source: string };
    };
    expect(pagerDuty).toMatchObject({ event_action: "trigger", dedup_key: "exe_1" });
    expect(pagerDuty.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(["critical", "error", "warning", "info"]).toContain(pagerDuty.payload.severity);
    expect(pagerDuty.payload.source).not.toBe("");

    const gitHub = of("github", envelope) as { event_type: string; client_payload: object };
    expect(gitHub.event_type.length).toBeLessThanOrEqual(100);
    expect(Object.keys(gitHub.client_payload).length).toBeLessThanOrEqual(10);
  });

  test("Teams gets a message with one Adaptive Card, its texts without Markdown", () => {
    const teams = of("teams", envelopeOf({ name: hostile })) as {
      type: string;
      attachments: { contentType: string; content: { type: string; body: { type: string }[] } }[];
    };
    expect(teams).toMatchObject({
      type: "message",
      attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard" } }],
    });
    expect(new Set(teams.attachments[0]!.content.body.map(({ type }) => type))).toEqual(new Set(["RichTextBlock"]));
  });
});

test("every variable renders as JSON where it is inserted", () => {
  const envelope = envelopeOf();
  const variables = listTemplateVariables(envelope);
  expect(variables.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "observation.name",
      "observation.metadata",
      "trigger.name",
      "execution.id",
      "url",
      "timestamp",
      "type",
    ]),
  );
  for (const { insert } of variables)
    expect(render(insert.includes("json") ? insert : `"${insert}"`, envelope)).toMatchObject({ ok: true });
});
