import { execFile, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDemoObservations } from "@/cli/demo-observations";
import { makeLangfuseSender, makeOtlpSender } from "@/cli/demo-senders";
import { listCalledTools } from "@/domain/event-source/observation-created/tools";
import type { Observation } from "@/domain/event-source/observation-created/schema";
import { parseJson } from "@/domain/json/read-json";
import { createCipher, makeRandomToken } from "@/server/crypto";
import { codeBlocks } from "./docs";
import { makeEventKey, makeProject } from "./factories";
import { forkApp, killApp, urlOfApp } from "./fork-app";
import { readUntil } from "./read-until";
import { useTestContext } from "./use-test-context";

/*
 * Runs the examples of docs/senders as they are written, with the real packages. They send to the running program
 * without its pages. One test kills the program and starts it again.
 */

const run = promisify(execFile);
const folder = resolve("test-results/senders");
const { ctx, database } = useTestContext();
const encryptionKey = makeRandomToken();
let app: ChildProcess;
let url: string;
let models: Server;

beforeAll(async () => {
  ctx.cipher = createCipher([encryptionKey]);
  mkdirSync(folder, { recursive: true });
  models = createServer(answerAsModel).listen(0, "127.0.0.1");
  await start();
});
afterAll(async () => {
  await killApp(app);
  models.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(port = "0"): Promise<void> {
  const env = { APP_PROCESS_PORT: port };
  app = forkApp({ connectionString: database.connectionString, encryptionKey, env });
  url = await urlOfApp(app);
}

/** A model provider on this machine that answers OpenAI's SDK. */
const answerAsModel: Parameters<typeof createServer>[1] = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { model } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { model: string };
    const isKnown = model === "gpt-4o";
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(isKnown ? completion : { error: { message: "There is no such model." } }));
  });
};
const call = { id: "call-1", type: "function", function: { name: "get_order", arguments: "{}" } };
const completion = {
  ...{ id: "chat-1", object: "chat.completion", created: 1, model: "gpt-4o-2024-08-06" },
  choices: [
    { index: 0, finish_reason: "tool_calls", message: { role: "assistant", content: null, tool_calls: [call] } },
  ],
  usage: { prompt_tokens: 2_000, completion_tokens: 1_000, total_tokens: 3_000 },
};

/** Runs a page's example in a process of its own, with the variables that the page names. */
async function runExample(page: string, eventKey: string, change: (code: string) => string = (code) => code) {
  const blocks = codeBlocks(`docs/senders/${page}.md`).filter(({ language }) => language === "ts");
  expect(blocks, `docs/senders/${page}.md has one example`).toHaveLength(1);
  const path = join(folder, `${page}-${eventKey.slice(-6)}.mjs`);
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  writeFileSync(path, ts.transpile(change(blocks[0]!.code), options));
  await run(process.execPath, [path], {
    env: {
      PATH: process.env["PATH"],
      ...{ LANGFUSE_BASE_URL: url, LANGFUSE_BASEURL: url, LANGFUSE_PUBLIC_KEY: "pk", LANGFUSE_SECRET_KEY: eventKey },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${eventKey}` },
      // The exporter repeats failed requests for this time, ms. On a busy machine the program takes longer to start
      // than the exporter's default.
      OTEL_EXPORTER_OTLP_TIMEOUT: "60000",
      ...{ INNGEST_BASE_URL: url, INNGEST_EVENT_KEY: eventKey },
      ...{ OPENAI_API_KEY: "x", OPENAI_BASE_URL: `http://127.0.0.1:${(models.address() as AddressInfo).port}` },
    } as unknown as NodeJS.ProcessEnv,
  });
}

type Row = Record<string, unknown>;
const priced = { type: "GENERATION", model: "gpt-4o", totalCost: 0.015 };
const error = { type: "GENERATION", level: "ERROR" };
const ofExporter = (name: string): Row[] => [
  { type: "AGENT", name: `agent-${name}`, parent: null, userId: "user-42" },
  { ...priced, name: `chat-${name}`, parent: `agent-${name}`, userId: "user-42" },
  { type: "TOOL", name: `tool-${name}`, parent: `agent-${name}`, userId: "user-42" },
  { type: "AGENT", name: `writer-${name}`, parent: `agent-${name}`, userId: "user-42" },
  { ...error, name: `failed-${name}`, parent: `writer-${name}`, userId: "user-42" },
];
const inAiSdk = { parent: "support:ai.generateText", userId: "user-42", sessionId: "sess-7", tags: ["beta"] };
/**
 * The stored rows of each client's example: a model call whose price is known, a tool call, an error, and an
 * agent or step inside another.
 */
const clients: Record<string, Row[]> = {
  langfuse: [
    { type: "AGENT", name: "support-agent", parent: null },
    { ...priced, name: "chat", parent: "support-agent" },
    { type: "TOOL", name: "get_order", parent: "support-agent" },
    { type: "AGENT", name: "writer", parent: "support-agent" },
    { ...error, name: "chat", parent: "writer", model: "gpt-4o" },
  ],
  "langfuse-openai": [
    { type: "AGENT", name: "support-agent", parent: null },
    { ...priced, name: "chat", parent: "support-agent", model: "gpt-4o-2024-08-06", calledTools: ["get_order"] },
    { type: "AGENT", name: "writer", parent: "support-agent" },
    { ...error, name: "chat", parent: "writer", model: "no-such-model" },
  ],
  langchain: [
    { type: "SPAN", name: "support-agent", parent: null, userId: "user-42", sessionId: "sess-7", tags: ["beta"] },
    { type: "TOOL", name: "get_order", parent: "support-agent", userId: "user-42" },
    { type: "SPAN", name: "writer", parent: "support-agent", userId: "user-42" },
    { type: "GENERATION", name: "FakeListChatModel", parent: "writer", userId: "user-42" },
    { type: "SPAN", name: "broken-step", level: "ERROR", userId: "user-42" },
  ],
  "langfuse-3": [
    { type: "SPAN", name: "support-agent", parent: null, userId: "user-42", sessionId: "sess-7" },
    { ...priced, name: "chat", parent: "support-agent", userId: "user-42" },
    { type: "SPAN", name: "get_order", parent: "support-agent", userId: "user-42" },
    { type: "SPAN", name: "writer", parent: "support-agent", userId: "user-42" },
    { ...error, name: "failed-chat", parent: "writer", userId: "user-42" },
  ],
  opentelemetry: [...ofExporter("json"), ...ofExporter("protobuf")],
  "ai-sdk": [
    { type: "SPAN", name: "support:ai.generateText", parent: null, userId: "user-42" },
    { ...priced, ...inAiSdk, name: "support:ai.generateText.doGenerate", calledTools: ["get_order"] },
    { ...priced, ...inAiSdk, name: "support:ai.generateText.doGenerate", calledTools: [] },
    { ...inAiSdk, type: "TOOL", name: "get_order" },
    { type: "SPAN", name: "lookup:ai.generateText", parent: "get_order", level: "ERROR" },
    { ...error, name: "lookup:ai.generateText.doGenerate", parent: "lookup:ai.generateText" },
  ],
  inngest: [
    { type: "AGENT", name: "support-agent", parent: null },
    { ...priced, name: "chat", parent: "support-agent" },
    { type: "TOOL", name: "get_order", parent: "support-agent" },
    { type: "AGENT", name: "writer", parent: "support-agent" },
    { ...error, name: "failed-chat", parent: "writer" },
  ],
};

async function stored(projectId: string): Promise<Row[]> {
  const rows = await ctx.db.observation.findMany({
    where: { projectId },
    select: {
      ...{ id: true, parentId: true, type: true, name: true, level: true, model: true, totalCost: true },
      ...{ userId: true, sessionId: true, state: true },
    },
  });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return rows.map(({ state, parentId, ...columns }) => {
    const { observation } = parseJson(state!) as { observation: Observation };
    const calledTools = listCalledTools(observation) ?? [];
    return { ...columns, calledTools, tags: observation.tags, parent: names.get(parentId ?? "") ?? null };
  });
}

const isLike = (row: Row, expected: Row): boolean =>
  Object.entries(expected).every(([name, value]) => isDeepStrictEqual(row[name], value));

async function expectStored(projectId: string, expected: readonly Row[]): Promise<void> {
  const rows = await readUntil(
    () => stored(projectId),
    (found) => found.length >= expected.length && expected.every((one) => found.some((row) => isLike(row, one))),
  );
  expect(rows).toHaveLength(expected.length);
  expect(await ctx.db.rejectedEvent.findMany({ where: { projectId }, select: { reason: true } })).toEqual([]);
}

async function makeKey(): Promise<{ projectId: string; eventKey: string }> {
  const projectId = (await makeProject(ctx)).id;
  return { projectId, eventKey: await makeEventKey(ctx, projectId) };
}

test("every page of docs/senders has a client here", () => {
  const pages = readdirSync("docs/senders").map((file) => file.replace(".md", ""));
  expect(pages.sort()).toEqual(Object.keys(clients).sort());
});

test.each([
  ["--langfuse", makeLangfuseSender],
  ["--otlp", makeOtlpSender],
] as const)("npm run demo -- %s sends a round, each step below the root", async (_option, makeSender) => {
  const { projectId, eventKey } = await makeKey();
  const observations = makeDemoObservations(0, new Date());
  const send = await makeSender({ baseUrl: url, eventKey });
  expect(await send(observations)).toHaveLength(observations.length);
  const [{ traceName, userId, sessionId }] = observations as [(typeof observations)[number]];
  await expectStored(projectId, [
    { type: "AGENT", name: traceName, parent: null, userId },
    ...observations.map(({ type, name, model = null }) => ({
      type,
      name,
      model,
      userId,
      sessionId,
      parent: traceName,
    })),
  ]);
});

describe("unchanged clients", () => {
  test.each(Object.entries(clients))("%s", async (page, expected) => {
    const { projectId, eventKey } = await makeKey();
    await runExample(page, eventKey);
    await expectStored(projectId, expected);
  });

  test("inngest 3", async () => {
    const { projectId, eventKey } = await makeKey();
    await runExample("inngest", eventKey, (code) => code.replace('from "inngest"', 'from "inngest-3"'));
    await expectStored(projectId, clients["inngest"]!);
  });

  test("a kill after the answer loses no observation, and neither does one that a client sends meanwhile", async () => {
    const sent = await Promise.all(
      Object.keys(clients).map(async (page) => {
        const made = { page, ...(await makeKey()) };
        await runExample(page, made.eventKey);
        return made;
      }),
    );
    await killApp(app);
    const meanwhile = { page: "opentelemetry", ...(await makeKey()) };
    const sending = runExample(meanwhile.page, meanwhile.eventKey);
    await start(new URL(url).port);
    await sending;
    for (const { page, projectId } of [...sent, meanwhile]) await expectStored(projectId, clients[page]!);
  });
});
