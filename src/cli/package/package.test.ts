import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { createBodyBudgets } from "@/server/body-budgets";
import { serveWithWebHandler } from "@/server/engine/simulated-server";
import { createRateLimiter } from "@/server/rate-limit";
import { handleRestRequest } from "@/server/rest/handle-rest-request";
import { codeBlocks } from "@/test/docs";
import { makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { makeToken } from "@/test/rest";
import { useTestContext } from "@/test/use-test-context";
import { buildPackage } from "./build-package.mjs";

const run = promisify(execFile);
const { ctx, receiver } = useTestContext();
/** A folder outside of this repository, with the packed command installed in it and nothing else. */
let repository: string;
let server: Server;
let url: string;

beforeAll(async () => {
  repository = mkdtempSync(join(tmpdir(), "trigger-system-package-"));
  const { stdout } = await run("npm", ["pack", resolve(await buildPackage()), "--json"], { cwd: repository });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  writeFileSync(join(repository, "package.json"), '{ "private": true }\n');
  await run("npm", ["install", `./${filename}`, "--offline", "--no-audit", "--no-fund"], { cwd: repository });
  const deps = { base: ctx, env: ctx.env, rates: createRateLimiter(ctx), bodies: createBodyBudgets() };
  server = createServer((incoming, outgoing) => {
    void serveWithWebHandler(incoming, outgoing, (request) => handleRestRequest(deps, request));
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(repository, { recursive: true, force: true });
});

let projectId: string;
let token: string;
beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const { id: userId } = await makeUser(ctx, { [projectId]: "member" });
  ({ token } = await makeToken(ctx, { userId, projectId, scopes: ["read", "bodies", "write"] }));
  rmSync(join(repository, "triggers"), { recursive: true, force: true });
  write("project.yaml", `project: ${projectId}\nurl: ${url}\n`);
  write("actions/chat.yaml", `name: Chat\nconfiguration:\n  url: ${receiver.url("200")}\n`);
  write("triggers/errors.yaml", "name: Errors\nfilter: level is any of ERROR\nactions: [chat]\n");
  write("triggers/slow.yaml", "name: Slow\nfilter: latency > 5 and type is any of GENERATION\nactions: [chat]\n");
  write("triggers/costly.yaml", "name: Costly\nfilter: total cost > 1\nsamplingRate: 0.5\nactions: [chat]\n");
  write("tests/rules.yaml", TESTS);
});

const TESTS = `tests:
  - name: an error fires
    observation: { id: o1, level: ERROR }
    expect: { errors: created, slow: not_matched, costly: not_matched }
  - name: a slow generation fires
    observation: { id: o2, type: GENERATION, startTime: "2026-01-01T00:00:00Z", endTime: "2026-01-01T00:00:09Z" }
    expect: { slow: created, errors: { decision: not_matched, reason: saw "DEFAULT" } }
  - name: a costly one is in the sample or not
    observation: { id: o3, totalCost: 2 }
    expect: { costly: matched }
`;

function write(path: string, text: string): void {
  mkdirSync(join(repository, "triggers", path, ".."), { recursive: true });
  writeFileSync(join(repository, "triggers", path), text);
}

type Step = { run?: string; if?: string };
type Outcome = { failedAt: string | null; output: string };

/**
 * Runs the steps of the workflow in docs/as-code.md, as GitHub Actions does: in order, up to the first that fails. The
 * package is installed already, so that its command is called without npm's second for each step.
 */
async function runWorkflow(branch: string): Promise<Outcome> {
  const block = codeBlocks("docs/as-code.md").find(({ code }) => code.includes("runs-on:"))!;
  const { jobs } = parse(block.code) as { jobs: { triggers: { steps: Step[] } } };
  let output = "";
  for (const step of jobs.triggers.steps) {
    if (!step.run || step.run === "npm install" || (step.if && !step.if.endsWith(`'refs/heads/${branch}'`))) continue;
    const env = { PATH: process.env.PATH, HOME: repository, TRIGGER_SYSTEM_TOKEN: token, npm_config_offline: "true" };
    const { code, text } = await run("sh", ["-ec", step.run.replace("npx ", "./node_modules/.bin/")], {
      cwd: repository,
      env: env as unknown as NodeJS.ProcessEnv,
    }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { stdout: string }) => ({ code: 1, text: error.stdout }),
    );
    output += text;
    if (code !== 0) return { failedAt: step.run, output };
  }
  return { failedAt: null, output };
}

const stored = async () =>
  (
    await ctx.db.triggerConfiguration.findMany({
      where: { projectId, deletedAt: null },
      orderBy: { key: "asc" },
      select: { key: true, name: true },
    })
  ).map(({ key, name }) => `${key}: ${name}`);

test("in CI a change that breaks a rule's test fails, and main plans and applies a good one", async () => {
  write("triggers/errors.yaml", "name: Errors\nfilter: level is any of WARNING\nactions: [chat]\n");
  const broken = await runWorkflow("main");
  expect(broken.failedAt).toMatch(/^npx trigger-system test /);
  expect(broken.output).toContain("✗ an error fires (errors)");
  expect(await stored()).toEqual([]);

  write("triggers/errors.yaml", "name: All errors\nfilter: level is any of ERROR\nactions: [chat]\n");
  const planned = await runWorkflow("a-branch");
  expect(planned).toMatchObject({ failedAt: null, output: expect.stringContaining('+ trigger errors "All errors"') });
  expect(await stored()).toEqual([]);
  const applied = await runWorkflow("main");
  expect(applied).toMatchObject({
    failedAt: null,
    output: expect.stringContaining("Created 4, changed 0, deleted 0."),
  });
  expect(await stored()).toEqual(["costly: Costly", "errors: All errors", "slow: Slow"]);
});

/** Makes a second folder of this project in the repository, with no trigger but the given one. */
function writeOtherFolder(name: string): void {
  write(`../${name}/project.yaml`, `project: ${projectId}\nurl: ${url}\n`);
  write(`../${name}/actions/chat.yaml`, `name: Chat\nconfiguration:\n  url: ${receiver.url("200")}\n`);
  write(`../${name}/triggers/${name}.yaml`, `name: Only in ${name}\nfilter: level is any of ERROR\nactions: [chat]\n`);
  onTestFinished(() => rmSync(join(repository, name), { recursive: true, force: true }));
}

test("in a script that enters a folder, the packed command prunes by that folder and not by the caller's", async () => {
  writeOtherFolder("staging");
  writeFileSync(
    join(repository, "triggers", "package.json"),
    '{ "scripts": { "staging": "cd ../staging && $APPLY" } }',
  );
  const env = {
    ...process.env,
    TRIGGER_SYSTEM_TOKEN: token,
    APPLY: `${join(repository, "node_modules", ".bin", "trigger-system")} apply --prune`,
  };
  await run("npm", ["run", "staging"], { cwd: join(repository, "triggers"), env });
  expect(await stored()).toEqual(["staging: Only in staging"]);
});

test("npm run triggers prunes by a relative folder of its caller, and not by one of the program", async () => {
  writeOtherFolder("src");
  const env = { ...process.env, TRIGGER_SYSTEM_TOKEN: token, INIT_CWD: repository };
  await run("npx", ["trigger-system", "apply", "triggers"], { cwd: repository, env });
  const { stdout } = await run(process.execPath, ["src/cli/run.mjs", "triggers", "apply", "src", "--prune"], { env });
  expect(stdout).toContain("Created 1, changed 0, deleted 3.");
  expect(await stored()).toEqual(["src: Only in src"]);
});

test("the packed command tests rules without a server, from one file without dependencies", async () => {
  const installed = join(repository, "node_modules", "trigger-system");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  expect(manifest).not.toHaveProperty("dependencies");
  expect(manifest.version).toBe((JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version);
  const alone = join(repository, "alone.mjs");
  cpSync(join(installed, "trigger-system.mjs"), alone);
  const { stdout } = await run(process.execPath, [alone, "test", "triggers"], {
    cwd: repository,
    env: {} as NodeJS.ProcessEnv,
  });
  expect(stdout).toMatch(/6 passed, 0 failed, in \d+ ms\n$/);
});

test("the files of docs/as-code.md are sound, and its tests pass", async () => {
  rmSync(join(repository, "triggers"), { recursive: true, force: true });
  const blocks = codeBlocks("docs/as-code.md").filter(({ language }) => language === "yaml");
  const holding = (text: string): string => blocks.find(({ code }) => code.includes(text))!.code;
  write("triggers/slow-errors.yaml", holding("samplingRate: 0.1"));
  write("triggers/tried.yaml", holding("shadow:"));
  write("triggers/errors.yaml", "name: Errors\nfilter: level is any of WARNING\nactions: [chat]\n");
  write("actions/chat.yaml", holding("PAGER_URL"));
  write("tests/errors.yaml", holding("a slow error fires"));
  const { stdout } = await run("npx", ["trigger-system", "test", "triggers"], { cwd: repository });
  expect(stdout).toContain("2 passed, 0 failed");
});
