import { describe, expect, test } from "vitest";
import { buildEnvelopeText } from "../../action/webhook/envelope";
import { renderTemplate } from "../../action/webhook/template/template";
import { observationCreatedSource } from "./index";
import { observationTemplatePresets } from "./template-presets";

/** Renders every preset with the largest fields of an event, and checks the limits that its receiver documents. */

const NOW = new Date("2026-03-01T12:30:45.678Z");

/** Texts as large as the schema allows, or as large as an event can be. */
const texts = {
  "3,000 emoji": "🎉".repeat(3_000),
  "one letter and 3,000 emoji": `a${"🎉".repeat(3_000)}`,
  "100,000 letters": "n".repeat(100_000),
  "100,000 quotes": '"'.repeat(100_000),
  "100,000 control characters": "\u0001".repeat(100_000),
  "100,000 Chinese characters": "漢".repeat(100_000),
  "one family of 3,000 joined emoji": "👩\u200d".repeat(3_000),
  empty: "",
  "three spaces": "   ",
  "nothing but mentions": `${"<!channel> @everyone & <https://example.com|x> ".repeat(500)}`,
};
const ID_MAX = 512;
const TYPE_MAX = 64;
const TRIGGER_NAME_MAX = 100;

function bodyOf(id: string, text: string | null, detail: "thin" | "standard" | "full" = "full"): string {
  const { observation } = observationCreatedSource.sample(NOW);
  const cut = (max: number) =>
    Array.from(text?.trim() ?? "")
      .slice(0, max)
      .join("") || "x";
  const large = {
    id: cut(ID_MAX),
    traceId: cut(ID_MAX),
    sessionId: cut(ID_MAX),
    userId: cut(ID_MAX),
    type: cut(TYPE_MAX),
    name: text,
    model: text,
    environment: text ?? "default",
    version: text,
    statusMessage: text,
    metadata: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key-${index}`, "m".repeat(500)])),
    costDetails: { total: 123_456_789.123456789 },
    startTime: "2020-01-01T00:00:00.000Z",
    endTime: "2026-01-01T00:00:00.123Z",
  };
  const envelope = buildEnvelopeText({
    source: observationCreatedSource,
    apiVersion: "v1",
    timestamp: NOW,
    trigger: { id: "trg_01ARZ3NDEKTSV4RRFFQ69G5FAV", name: cut(TRIGGER_NAME_MAX) },
    executionId: "exe_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    url: `https://${"long.".repeat(40)}example.com/${"path/".repeat(100)}projects/p/executions/exe_1`,
    subject: observationCreatedSource.actionInput({ observation: { ...observation, ...large } }, detail),
  });
  const { template } = observationTemplatePresets.find((preset) => preset.id === id)!;
  const result = renderTemplate(template, envelope);
  if (!result.ok) throw new Error(`line ${result.line}: ${result.reason}`);
  return result.body;
}

/** Counts characters as services do: an emoji is one. */
const length = (text: string): number => Array.from(text).length;
const bytes = (text: string): number => Buffer.byteLength(text);

type Json = Record<string, unknown>;
type Limit = { what: string; max: number; of: (body: string, parsed: Json) => number[] };

const slackTexts = (parsed: Json, type: string): string[] =>
  (parsed.blocks as { type: string; text?: { text: string } }[]).flatMap((block) =>
    block.type === type && block.text ? [block.text.text] : [],
  );
const slackFields = (parsed: Json): string[] =>
  (parsed.blocks as { fields?: { text: string }[] }[]).flatMap(({ fields }) => (fields ?? []).map(({ text }) => text));
type Embed = { title: string; url: string; fields: { name: string; value: string }[] };
const embedOf = (parsed: Json): Embed => (parsed.embeds as Embed[])[0]!;
type PagerDutyPayload = { summary: string; source: string; custom_details: Json };
const pagerDutyOf = (parsed: Json): PagerDutyPayload => parsed.payload as PagerDutyPayload;

const limits: Record<string, Limit[]> = {
  // https://docs.slack.dev/reference/block-kit/blocks, and `text` of chat.postMessage
  slack: [
    { what: "text", max: 4_000, of: (_, parsed) => [length(parsed.text as string)] },
    { what: "header", max: 150, of: (_, parsed) => slackTexts(parsed, "header").map(length) },
    { what: "section", max: 3_000, of: (_, parsed) => slackTexts(parsed, "section").map(length) },
    { what: "field", max: 2_000, of: (_, parsed) => slackFields(parsed).map(length) },
    { what: "fields", max: 10, of: (_, parsed) => [slackFields(parsed).length] },
    { what: "blocks", max: 50, of: (_, parsed) => [(parsed.blocks as unknown[]).length] },
  ],
  // https://learn.microsoft.com/microsoftteams/limits-specifications-teams: a message through a webhook
  teams: [{ what: "bytes", max: 28_000, of: (body) => [bytes(body)] }],
  // https://discord.com/developers/docs/resources/message#embed-object-embed-limits
  discord: [
    { what: "content", max: 2_000, of: (_, parsed) => [length(parsed.content as string)] },
    { what: "title", max: 256, of: (_, parsed) => [length(embedOf(parsed).title)] },
    { what: "field", max: 1_024, of: (_, parsed) => embedOf(parsed).fields.map(({ value }) => length(value)) },
    { what: "field's name", max: 256, of: (_, parsed) => embedOf(parsed).fields.map(({ name }) => length(name)) },
    {
      what: "embed",
      max: 6_000,
      of: (_, parsed) => {
        const { title, fields } = embedOf(parsed);
        return [fields.reduce((sum, { name, value }) => sum + length(name) + length(value), length(title))];
      },
    },
  ],
  // https://developer.pagerduty.com/docs/events-api-v2-overview
  pagerduty: [
    { what: "summary", max: 1_024, of: (_, parsed) => [length(pagerDutyOf(parsed).summary)] },
    { what: "dedup_key", max: 255, of: (_, parsed) => [length(parsed.dedup_key as string)] },
    { what: "bytes", max: 512_000, of: (body) => [bytes(body)] },
  ],
  // https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event
  github: [
    { what: "event_type", max: 100, of: (_, parsed) => [length(parsed.event_type as string)] },
    {
      what: "names in client_payload",
      max: 10,
      of: (_, parsed) => [Object.keys(parsed.client_payload as Json).length],
    },
    { what: "bytes", max: 65_535, of: (body) => [bytes(body)] },
  ],
};

test("every preset has limits to check", () => {
  expect(observationTemplatePresets.map(({ id }) => id).sort()).toEqual(Object.keys(limits).sort());
});

describe.each(Object.keys(limits))("%s", (id) => {
  test.each(Object.entries({ ...texts, missing: null }))("takes %s", (_, text) => {
    for (const detail of ["full", "standard", "thin"] as const) {
      const body = bodyOf(id, text, detail);
      const parsed = JSON.parse(body) as Json;
      expect(body).not.toMatch(/\p{Surrogate}/u);
      expect(body).not.toMatch(/\ufffd|\\ud[89a-f]/i);
      for (const { what, max, of } of limits[id]!)
        for (const size of of(body, parsed)) expect(size, what).toBeLessThanOrEqual(max);
    }
  });
});

test.each([
  ["slack", (parsed: Json) => slackTexts(parsed, "section")[0]],
  ["discord", (parsed: Json) => embedOf(parsed).title],
])("the title in %s is never blank", (id, titleOf) => {
  for (const text of ["", "   ", null]) expect(titleOf(JSON.parse(bodyOf(id, text)) as Json)?.trim()).not.toBe("");
});
