import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createBodyBudgets } from "@/server/body-budgets";
import { receiveEvents } from "@/server/event-intake";
import { createEventReader } from "@/server/event-reader/event-reader";
import { createRateLimiter } from "@/server/rate-limit";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import type { StampedEvent } from "@/server/services/redact-and-stamp-events";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { deliverAll } from "./deliver";
import { codeBlocks } from "./docs";
import { makeAction, makeEvent, makeEventKey, makeProject, makeTrigger } from "./factories";
import { useTestContext } from "./use-test-context";

const run = promisify(execFile);
const folder = resolve("test-results/docs-examples");
const { ctx, receiver } = useTestContext();

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exampleOf(file: string, language: string): string {
  const found = codeBlocks(file).filter((block) => block.language === language);
  expect(found, `${file} has one example in ${language}`).toHaveLength(1);
  return found[0]!.code;
}

/**
 * Writes a TypeScript example into a folder in which Node finds the packages of this project. @returns the path of the
 * module
 */
function compile(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, ts.transpile(code, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }));
  return path;
}

const isInstalled = async (program: string): Promise<boolean> =>
  run(program, ["--version"]).then(
    () => true,
    () => false,
  );

describe("the receivers' guide", () => {
  /** A request as a receiver gets it: a delivery makes, signs and sends it. Its timestamp is the present. */
  async function receiveWebhook() {
    ctx.clock.advance(Date.now() - ctx.now().getTime());
    const projectId = (await makeProject(ctx)).id;
    const action = await makeAction(ctx, projectId, receiver.url("200"), { detail: "full" });
    await makeTrigger(ctx, projectId, [action.id]);
    const events = [makeEvent(ctx, { id: "obs-1", name: "größe \u{1F600}", input: { text: "hi" } })];
    await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
    receiver.clear();
    await deliverAll(ctx, { projectId });
    const [request] = receiver.requests;
    return { secret: action.secret, headers: request!.headers, body: request!.rawBody };
  }
  type Webhook = Awaited<ReturnType<typeof receiveWebhook>>;

  /**
   * Tries a receiver's check with the request itself, which it must accept, and with changed ones, which it must not.
   */
  function variants({ secret, headers, body }: Webhook): { name: string; webhook: Webhook; genuine: boolean }[] {
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const old = String(Number(headers["webhook-timestamp"]) - 3_600);
    const signature = String(headers["webhook-signature"]);
    const change = (more: IncomingHttpHeaders): Webhook => ({ secret, body, headers: { ...headers, ...more } });
    const rotated = change({ "webhook-signature": `v1,${"A".repeat(43)}= ${signature}` });
    return [
      { name: "as sent", webhook: { secret, headers, body }, genuine: true },
      { name: "signed with two secrets", webhook: rotated, genuine: true },
      { name: "with another body", webhook: { secret, headers, body: `${body} ` }, genuine: false },
      { name: "with another secret", webhook: { secret: other, headers, body }, genuine: false },
      { name: "with another id", webhook: change({ "webhook-id": "exe_other" }), genuine: false },
      { name: "sent an hour ago", webhook: change({ "webhook-timestamp": old }), genuine: false },
      { name: "of no time", webhook: change({ "webhook-timestamp": "now" }), genuine: false },
      { name: "not signed", webhook: change({ "webhook-signature": "" }), genuine: false },
      { name: "signed in part", webhook: change({ "webhook-signature": signature.slice(0, 20) }), genuine: false },
    ];
  }
  const expected = (all: ReturnType<typeof variants>): [string, boolean][] =>
    all.map(({ name, genuine }) => [name, genuine]);

  test("has TypeScript that takes a real delivery and refuses what was changed", async () => {
    const path = compile("verify", exampleOf("docs/receivers.md", "ts"));
    const { isGenuine } = (await import(path)) as {
      isGenuine(secret: string, headers: IncomingHttpHeaders, body: string): boolean;
    };
    const all = variants(await receiveWebhook());
    const found = all.map(({ name, webhook: { secret, headers, body } }) => [name, isGenuine(secret, headers, body)]);
    expect(found).toEqual(expected(all));
  });

  test("has Python that does the same, where there is a python3 to run it", async () => {
    const code = exampleOf("docs/receivers.md", "python");
    expect(code).toContain("def is_genuine(");
    if (!(await isInstalled("python3"))) return;
    const all = variants(await receiveWebhook());
    writeFileSync(join(folder, "verify.py"), code);
    writeFileSync(join(folder, "requests.json"), JSON.stringify(all.map(({ webhook }) => webhook)));
    const script = `
import json
from verify import is_genuine
requests = json.load(open("requests.json", encoding="utf-8"))
print(json.dumps([is_genuine(one["secret"], one["headers"], one["body"].encode()) for one in requests]))`;
    const { stdout } = await run("python3", ["-B", "-c", script], { cwd: folder });
    const found = JSON.parse(stdout) as boolean[];
    expect(all.map(({ name }, index) => [name, found[index]])).toEqual(expected(all));
  });

  test("names every header that a delivery sends", async () => {
    const { headers } = await receiveWebhook();
    const transport = ["host", "connection", "content-length", "accept-encoding", "transfer-encoding"];
    const sent = Object.keys(headers).filter((name) => !transport.includes(name));

    const guide = readFileSync("docs/receivers.md", "utf8");
    expect(sent.filter((name) => !guide.includes(`\n| \`${name}\``))).toEqual([]);
  });
});

describe("the senders' guide", () => {
  /** Starts the event endpoint at a free port. Its engine only keeps the events that it gets. */
  async function startEndpoint() {
    const projectId = (await makeProject(ctx)).id;
    const eventKey = await makeEventKey(ctx, projectId);
    const taken: StampedEvent[] = [];
    const eventReader = createEventReader(ctx.log);
    onTestFinished(() => eventReader.close());
    const runtime = {
      context: ctx,
      stampKey: null,
      bodies: createBodyBudgets(),
      rates: createRateLimiter(ctx),
      isPaceLow: null,
      eventReader,
      overload: () => null,
      forward: async (events: StampedEvent[]) => {
        taken.push(...events);
        const ids = events.map((event) => dataOf(event).stamp.eventId);
        return { status: 200, body: { ids, status: 200 } };
      },
    };
    const server = createServer(async (message, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const url = new URL(message.url!, "http://localhost");
      const request = new Request(url, {
        method: message.method!,
        headers: message.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      });
      const answer = await receiveEvents(runtime, request, { key: url.pathname.slice("/e/".length) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as AddressInfo;
    const atThisEndpoint = (code: string): string =>
      code.replaceAll("http://localhost:3000", `http://127.0.0.1:${port}`).replaceAll("tsk_…", eventKey);
    return { taken, atThisEndpoint };
  }
  type Data = { observation: unknown; stamp: { eventId: string } };
  const dataOf = ({ json }: StampedEvent): Data => JSON.parse(json) as Data;
  const observations = (taken: StampedEvent[]): unknown[] => taken.map((event) => dataOf(event).observation);

  test.each(["docs/senders.md", "README.md"])("the curl of %s sends an event that is accepted", async (file) => {
    const [code] = codeBlocks(file).filter((block) => block.language === "sh" && block.code.startsWith("curl "));
    const { taken, atThisEndpoint } = await startEndpoint();
    const command = atThisEndpoint(code!.code);
    const [, url] = /(http:\S+)/.exec(command)!;
    const [, body] = /-d '([^']+)'/.exec(command)!;
    const answer = await fetch(url!, { method: "POST", headers: { "content-type": "application/json" }, body: body! });
    expect(await answer.json()).toEqual({ ids: [expect.any(String)], status: 200 });
    if (await isInstalled("curl")) {
      const { stdout } = await run("sh", ["-c", command]);
      expect(JSON.parse(stdout)).toEqual({ ids: [expect.any(String)], status: 200 });
      expect(taken).toHaveLength(2);
    }
    for (const observation of observations(taken)) expect(observation).toMatchObject({ id: "obs-1", level: "ERROR" });
  });

  test("the Inngest SDK sends an event that is accepted", async () => {
    const { taken, atThisEndpoint } = await startEndpoint();
    await import(compile("send", atThisEndpoint(exampleOf("docs/senders.md", "ts"))));
    expect(observations(taken)).toEqual([{ id: "obs-1", type: "GENERATION", level: "ERROR", name: "chat" }]);
  });
});
