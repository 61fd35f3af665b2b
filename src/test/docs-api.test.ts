import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBodyBudgets } from "@/server/body-budgets";
import { handleMcpRequest, type McpDependencies } from "@/server/mcp/handle-mcp-request";
import { mcpTools } from "@/server/mcp/make-mcp-server";
import { createRateLimiter } from "@/server/rate-limit";
import { handleRestRequest } from "@/server/rest/handle-rest-request";
import { scopeDescriptions } from "@/domain/api-token";
import { codeBlocks } from "./docs";
import { makeProject } from "./factories";
import { makeUser } from "./people";
import { makeToken } from "./rest";
import { useTestContext } from "./use-test-context";

const folder = resolve("test-results/docs-api");
const { ctx } = useTestContext({ allowedHosts: ["hooks.example.com:443"] });
let projectId: string;
let token: string;
let address: string;
let close: () => void;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  projectId = (await makeProject(ctx)).id;
  const user = await makeUser(ctx, { [projectId]: "owner" });
  ({ token } = await makeToken(ctx, { userId: user.id, projectId }));
  const receivedAt = ctx.now();
  await ctx.db.observation.create({
    data: {
      projectId,
      id: "obs-1",
      receivedAt,
      orderAt: receivedAt,
      orderTs: receivedAt,
      lastEventId: "e",
      state: JSON.stringify({ observation: { id: "obs-1", level: "ERROR" } }),
    },
  });
  const deps: McpDependencies = { base: ctx, env: ctx.env, rates: createRateLimiter(ctx), bodies: createBodyBudgets() };
  const server = createServer(async (message, response) => {
    const request = await toRequest(message);
    const isMcp = new URL(request.url).pathname === "/mcp";
    const answer = await (isMcp ? handleMcpRequest(deps, request) : handleRestRequest(deps, request));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

async function toRequest(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return new Request(new URL(message.url!, address), {
    method: message.method!,
    headers: message.headers as Record<string, string>,
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
}

/** Splits a curl command into words as a shell does: with quotes, variables, and backslashes at the end of a line. */
function wordsOf(command: string, variables: Record<string, string>): string[] {
  const expand = (text: string): string => text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");
  const words = command.replaceAll("\\\n", " ").match(/(?:'[^']*'|"[^"]*"|[^\s'"]+)+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"|([^'"]+)/g, (_, single?: string, double?: string, bare?: string) =>
      single === undefined ? expand(double ?? bare ?? "") : single,
    ),
  );
}

async function curl(command: string, variables: Record<string, string>): Promise<{ status: number; body: unknown }> {
  const [program, ...words] = wordsOf(command, variables);
  expect(program).toBe("curl");
  const init = { method: "GET", headers: {} as Record<string, string>, body: undefined as string | undefined };
  let url = "";
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "-X") init.method = words.shift()!;
    else if (word === "-d") init.body = words.shift()!;
    else if (word === "-H") {
      const [, name = "", value = ""] = /^([^:]+): ?(.*)$/.exec(words.shift()!) ?? [];
      init.headers[name] = value;
    } else url = word;
  }
  const { body, ...rest } = init;
  const response = await fetch(url.replace("http://localhost:3000", address), { ...rest, ...(body ? { body } : {}) });
  return { status: response.status, body: await response.json() };
}

describe("the guide of the API", () => {
  test("has curl commands that work one after the other", async () => {
    const variables: Record<string, string> = { TOKEN: token, PROJECT: projectId };
    const commands = codeBlocks("docs/api.md").filter(({ language }) => language === "sh");
    expect(commands.length).toBeGreaterThan(8);
    for (const { code } of commands) {
      const { status, body } = await curl(code.trim(), variables);
      expect([code, status < 300 ? "ok" : body]).toEqual([code, "ok"]);
      const { id } = body as { id?: string };
      if (id?.startsWith("act_")) variables.ACTION = id;
      if (id?.startsWith("trg_")) variables.TRIGGER = id;
    }
  });

  test("shows a problem as the API answers it, and how an action refers to a variable", async () => {
    const [reference, problem] = codeBlocks("docs/api.md")
      .filter(({ language }) => language === "json")
      .map(({ code }) => JSON.parse(code) as Record<string, unknown>);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const post = (path: string, body: object) =>
      fetch(`${address}/api/v1/projects/${projectId}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const trigger = { name: "x", eventSource: "observation.created", samplingRate: 7, actionIds: ["act_x"] };
    const filter = { type: "group", match: "all", children: [] };
    const answer = (await (await post("/triggers", { ...trigger, filter })).json()) as object;
    expect(answer).toEqual({ ...problem, requestId: expect.any(String) });
    ctx.env.apiSecrets = new Map([
      ["PAGER_URL", "https://hooks.example.com/secret-path-of-the-pager"],
      ["PAGER_TOKEN", "Bearer of-the-pager"],
    ]);
    const made = await post("/actions", { name: "Pager", type: "webhook", configuration: reference });
    expect([made.status, await made.text()]).toEqual([201, expect.not.stringContaining("of-the-pager")]);
  });

  test("names every scope", () => {
    const guide = readFileSync("docs/api.md", "utf8");
    expect(Object.keys(scopeDescriptions).filter((scope) => !guide.includes(`| \`${scope}\` |`))).toEqual([]);
  });
});

describe("the guide for agents", () => {
  test("has an example of the SDK that asks why a trigger did not fire", async () => {
    const [example] = codeBlocks("docs/agents.md").filter(({ language }) => language === "ts");
    const path = join(folder, "ask-why.mjs");
    writeFileSync(path, ts.transpile(example!.code, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }));
    const { askWhy } = (await import(path)) as {
      askWhy(address: string, token: string, observationId: string, triggerId: string): Promise<unknown>;
    };
    const trigger = await ctx.db.triggerConfiguration.findFirstOrThrow({ where: { projectId } });
    expect(await askWhy(`${address}/mcp`, token, "obs-1", trigger.id)).toMatchObject({ found: true });
  });

  test("names every tool", () => {
    const guide = readFileSync("docs/agents.md", "utf8");
    expect(mcpTools.filter(({ name }) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
