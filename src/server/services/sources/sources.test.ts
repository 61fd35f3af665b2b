import { afterAll, beforeEach, expect, test } from "vitest";
import { makeEventKey, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets } from "../../body-budgets";
import { receiveLangfuseBatch } from "../../intake/receive-langfuse-batch";
import { receiveTraces } from "../../intake/receive-traces";
import { createEventReader } from "@/server/event-reader/event-reader";
import { createRateLimiter } from "../../rate-limit";
import { createExecutions } from "../action-creation/create-executions";
import { readStampedEvent } from "../read-stamped-event";
import type { StampedEvent } from "../redact-and-stamp-events";
import { createTriggerCache } from "../matching/trigger-cache";
import { writeEventKeyUseCounts, countEventKeyUse } from "./count-event-key-use";

const { ctx } = useTestContext();
const eventReader = createEventReader(ctx.log);
afterAll(() => eventReader.close());
let projectId: string;
let key: string;
let keyId: string;
let waiting: StampedEvent[] = [];
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  waiting = [];
  projectId = (await makeProject(ctx)).id;
  key = await makeEventKey(ctx, projectId);
  keyId = (await ctx.db.eventKey.findFirstOrThrow({ where: { projectId } })).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "owner" }));
});

const runtime = () => ({
  ...{ context: ctx, stampKey: null, bodies: createBodyBudgets(), rates: createRateLimiter(ctx) },
  ...{ isPaceLow: null, overload: () => null, eventReader },
  forward: async (events: StampedEvent[]) => {
    waiting.push(...events);
    return { status: 200, body: { ids: [], status: 200 } };
  },
});
const request = (path: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const attributesOf = (values: Record<string, string>) =>
  Object.entries(values).map(([name, stringValue]) => ({ key: name, value: { stringValue } }));
const span = (spanId: string, attributes: Record<string, string> = {}) => ({
  ...{ traceId: "5b8efff798038103d269b633813fc60c", spanId, name: "step", attributes: attributesOf(attributes) },
  ...{ startTimeUnixNano: "1767225600000000000", endTimeUnixNano: "1767225601500000000" },
});
const sendSpans = (...spans: object[]) =>
  receiveTraces(
    runtime(),
    request(
      "/v1/traces",
      { resourceSpans: [{ scopeSpans: [{ scope: { name: "http" }, spans }] }] },
      { "user-agent": "OTel-OTLP-Exporter-Python/1.38.0" },
    ),
    { keyInPath: null },
  );
const call = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m" };

async function match(): Promise<void> {
  const events = waiting.splice(0).map(({ name, ts, json }) => {
    const data = JSON.parse(json) as Record<string, unknown>;
    const batch = { receivedMicros: 0, place: 0 };
    return readStampedEvent({ id: "", name, ts, data, stampKey: null, trustEvents: false, batch });
  });
  const taken = events.filter(({ ok }) => ok).map(({ event }) => event);
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events: taken });
  await writeEventKeyUseCounts(ctx);
}
const sources = async () => (await api.source.list({ projectId }))[0]!;

test("each client of a key is listed with its version, protocol, figures and refused items", async () => {
  await sendSpans(span("00f067aa0ba902b7", call), span("00f067aa0ba902b8"), span(""));
  await match();
  const { clients, notTaken } = await sources();
  expect(clients).toMatchObject([
    { protocol: "otlp", sdk: "OTel-OTLP-Exporter-Python", sdkVersion: "1.38.0", convention: "gen_ai" },
    { protocol: "otlp", convention: null, figures: { events: 1, llm: 0 } },
  ]);
  expect(clients[0]).toMatchObject({
    figures: { events: 1, llm: 1, withoutContent: 1, withoutCost: 1, withoutUser: 1, errors: 0 },
    lastAt: ctx.now(),
  });
  expect(clients[0]!.perMinute).toBeGreaterThan(0);
  expect(notTaken).toMatchObject([{ kind: "refused", reason: expect.stringContaining("spanId is missing"), count: 1 }]);
});

test("LLM spans only leaves out other spans, counts them, and takes effect at once", async () => {
  await api.source.setLlmSpansOnly({ projectId, id: keyId, llmSpansOnly: true });
  await sendSpans(span("00f067aa0ba902b7", call), span("00f067aa0ba902b8"), span("00f067aa0ba902b9"));
  expect(waiting).toHaveLength(1);
  await match();
  expect(await sources()).toMatchObject({ llmSpansOnly: true, notTaken: [{ kind: "left_out", count: 2 }] });
  await api.source.setLlmSpansOnly({ projectId, id: keyId, llmSpansOnly: false });
  await sendSpans(span("00f067aa0ba902c1"));
  expect(waiting).toHaveLength(1);
  const { items } = await api.audit.list({ projectId });
  expect(items.map(({ summary }) => summary)).toContainEqual(expect.stringContaining("LLM spans only"));
});

test("scores of a Langfuse batch are acknowledged, and a batch that is sent again counts once", async () => {
  const at = { timestamp: ctx.now().toISOString() };
  const batch = [
    { ...at, id: "s1", type: "score-create", body: { name: "quality", value: 1 } },
    { ...at, id: "s2", type: "score-create", body: { name: "quality", value: 0 } },
    { ...at, id: "g", type: "generation-create", body: { id: "g1", model: "m" } },
    { ...at, id: "bad", type: "span-create", body: { id: null } },
  ];
  const headers = { "x-langfuse-sdk-name": "javascript", "x-langfuse-sdk-version": "3.38.4" };
  await receiveLangfuseBatch(runtime(), request("/api/public/ingestion", { batch }, headers));
  await match();
  await receiveLangfuseBatch(runtime(), request("/api/public/ingestion", { batch: [batch[2]] }, headers));
  await match();
  const { clients, notTaken } = await sources();
  expect(clients).toMatchObject([
    // A patch without an end time does not count fields that are missing.
    { protocol: "langfuse", sdk: "langfuse-javascript", sdkVersion: "3.38.4", figures: { events: 1, llm: 0 } },
  ]);
  expect(notTaken).toEqual([
    expect.objectContaining({ kind: "dropped", reason: "score-create", count: 2 }),
    expect.objectContaining({ kind: "refused", reason: expect.stringContaining("body.id is missing"), count: 1 }),
  ]);
});

test("a sender that invents clients fills a bounded number of rows", async () => {
  const figures = { events: 1, llm: 0, withoutContent: 0, withoutCost: 0, withoutUser: 0, errors: 0 };
  const client = { protocol: "http", sdk: null, convention: null };
  countEventKeyUse(
    ctx,
    Array.from({ length: 500 }, (_, n) => ({
      ...{ projectId, keyId, kind: "client" as const, figures, client: { ...client, sdkVersion: String(n) } },
    })),
  );
  await writeEventKeyUseCounts(ctx);
  const rows = await ctx.db.sourceCounter.findMany({ where: { keyId } });
  expect(rows).toHaveLength(51);
  expect(rows.reduce((sum, { events }) => sum + events, 0)).toBe(500);
});

test("keys of another project stay out of reach", async () => {
  const other = await makeUser(ctx, { [(await makeProject(ctx)).id]: "owner" });
  const call = callerOf(ctx, other).source.setLlmSpansOnly({ projectId, id: keyId, llmSpansOnly: true });
  await expect(call).rejects.toThrow("no such project");
});
