import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { LongNumber } from "@/domain/json/long-number";
import { createBodyBudgets } from "@/server/body-budgets";
import { createRateLimiter } from "@/server/rate-limit";
import { handleRestRequest } from "@/server/rest/handle-rest-request";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { makeEvent, makeProject } from "@/test/factories";
import { makeUser } from "@/test/people";
import { makeToken } from "@/test/rest";
import { useTestContext } from "@/test/use-test-context";
import { runTriggersCommand } from "./run-triggers-command";

const { ctx, receiver } = useTestContext();
let projectId: string;
let token: string;
let folder: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const { id: userId } = await makeUser(ctx, { [projectId]: "member" });
  ({ token } = await makeToken(ctx, { userId, projectId, scopes: ["read", "bodies", "write"] }));
  folder = mkdtempSync(join(tmpdir(), "as-code-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const write = (path: string, text: string): void => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
};

/** Runs the command in the way of CI. The API answers in this process. */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const deps = { base: ctx, env: ctx.env, rates: createRateLimiter(ctx), bodies: createBodyBudgets() };
  const printed: string[] = [];
  const [command = "", ...options] = args;
  const code = await runTriggersCommand([command, folder, ...options], {
    env: { TRIGGER_SYSTEM_TOKEN: token },
    print: (text) => void printed.push(text),
    send: (url, init) => handleRestRequest(deps, new Request(url as URL, init)),
    resolvePath: (path) => resolve(path),
  });
  return { code, output: printed.join("\n") };
}

/** Makes the repository of a team: three triggers, an action, and tests. */
function makeRepository(): void {
  write("project.yaml", `project: ${projectId}\nurl: ${ctx.env.appUrl}\n`);
  write("actions/chat.yaml", `name: Chat\nconfiguration:\n  url: ${receiver.url("200")}\n`);
  write("triggers/errors.yaml", "name: Errors\nfilter: level is any of ERROR\nactions: [chat]\n");
  write(
    "triggers/slow.yaml",
    "name: Slow\nfilter: |\n  latency is greater than 5 s\n  and type is any of GENERATION\nactions: [chat]\n",
  );
  write(
    "triggers/costly.ts",
    `export default { name: "Costly", filter: "total cost > 1", samplingRate: 0.5, actions: ["chat"] };\n`,
  );
  write(
    "tests/rules.yaml",
    `tests:
  - name: an error fires
    observation: { id: o1, level: ERROR }
    expect: { errors: created, slow: not_matched }
  - name: a slow generation fires
    observation: { id: o2, type: GENERATION, startTime: "2026-01-01T00:00:00Z", endTime: "2026-01-01T00:00:09Z" }
    expect:
      slow: created
      errors: { decision: not_matched, reason: saw "DEFAULT" }
  - name: a costly one is in the sample or not
    observation: { id: o3, totalCost: 2 }
    expect: { costly: matched }
`,
  );
}

const stored = () =>
  ctx.db.triggerConfiguration.findMany({
    where: { projectId, deletedAt: null },
    orderBy: { key: "asc" },
    select: { key: true, name: true },
  });

describe("a repository in CI", () => {
  test("a good change is tested, planned and applied", async () => {
    makeRepository();
    expect(await run("validate")).toEqual({ code: 0, output: "3 triggers, 1 actions and 1 files of tests are sound." });
    const tested = await run("test", "--junit", join(folder, "junit.xml"));
    expect(tested.code).toBe(0);
    expect(tested.output).toMatch(/✓ an error fires \(errors\)[\s\S]*5 passed, 0 failed, in \d+ ms$/);
    expect(readFileSync(join(folder, "junit.xml"), "utf8")).toContain('<testsuites tests="5" failures="0"');
    const planned = await run("plan", "--detailed-exitcode");
    expect(planned.code).toBe(2);
    expect(planned.output).toContain('+ trigger costly "Costly"');
    expect(planned.output).toContain("4 to create, 0 to change, 0 to delete. In the last 24 h: +0 executions, -0.");
    const applied = await run("apply");
    expect(applied).toEqual({
      code: 0,
      output: expect.stringMatching(/^Created 4, changed 0, deleted 0\.\n.*\n {2}chat: whsec_/),
    });
    expect(await stored()).toEqual([
      { key: "costly", name: "Costly" },
      { key: "errors", name: "Errors" },
      { key: "slow", name: "Slow" },
    ]);
    expect(await run("plan", "--detailed-exitcode")).toEqual({ code: 0, output: "Nothing to change." });
  });

  test("a change that breaks a rule's test fails, and says what the trigger decides instead", async () => {
    makeRepository();
    write("triggers/errors.yaml", "name: Errors\nfilter: level is any of WARNING\nactions: [chat]\n");
    const { code, output } = await run("test", "--junit", join(folder, "junit.xml"));
    expect(code).toBe(1);
    expect(output).toContain(
      "✗ an error fires (errors)\n      Expected created, but it is not_matched: Not matched: " +
        'level any of WARNING failed: saw "ERROR"',
    );
    expect(output).toMatch(/4 passed, 1 failed/);
    expect(readFileSync(join(folder, "junit.xml"), "utf8")).toContain('<failure message="Expected created');
  });

  test("a file that cannot be read is named with line and column, and nothing is sent", async () => {
    makeRepository();
    write("triggers/errors.yaml", "name: Errors\nfilter: levl is any of ERROR\nactions: [chat, pager]\n");
    write("triggers/slow.yaml", "name: Slow\nsamplingRate: 7\nactions: [chat]\n");
    write("triggers/Bad Name.yaml", "name: Bad\nactions: [chat]\n");
    for (const command of ["validate", "plan", "apply"]) {
      const { code, output } = await run(command);
      expect(code).toBe(1);
      expect(output).toMatch(
        /triggers\/errors: filter, line 1, column 1: There is no column "levl"\. Did you mean level\?/,
      );
      expect(output).toMatch(/triggers\/errors: actions: There is no file actions\/pager\.yaml\./);
      expect(output).toMatch(/triggers\/slow\.yaml:2:15: samplingRate: At most 100 %\./);
      expect(output).toMatch(/triggers\/Bad Name\.yaml: The name of the file is the key\./);
    }
    expect(await stored()).toEqual([]);
  });
});

test("pull writes files that plan nothing, and a second pull writes the same bytes", async () => {
  makeRepository();
  await run("apply");
  const copy = folder;
  rmSync(join(copy, "triggers/costly.ts"));
  const read = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(copy, { recursive: true, encoding: "utf8" })
        .filter((path) => /\.(yaml|json)$/.test(path))
        .sort()
        .map((path) => [path, readFileSync(join(copy, path), "utf8")]),
    );
  expect((await run("pull")).code).toBe(0);
  const first = read();
  expect(first["triggers/slow.yaml"]).toBe(
    "name: Slow\nfilter: latency is greater than 5 s and type is any of GENERATION\nactions:\n  - chat\n",
  );
  expect(await run("plan")).toEqual({ code: 0, output: "Nothing to change." });
  expect((await run("apply")).code).toBe(0);
  await run("pull");
  expect(read()).toEqual(first);
});

test("a change in the browser refuses the apply, as JSON for CI, and leaves everything as it was", async () => {
  makeRepository();
  await run("apply");
  await ctx.db.triggerConfiguration.updateMany({
    where: { projectId, key: "errors" },
    data: { name: "By hand", version: 2 },
  });
  const { code, output } = await run("apply", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({
    error: expect.stringContaining("Nothing was applied. triggers.errors: It is at version 2"),
    fields: { "triggers.errors": expect.any(String) },
  });
  expect(await stored()).toContainEqual({ key: "errors", name: "By hand" });
  expect((await run("apply", "--force")).code).toBe(0);
  expect(await stored()).toContainEqual({ key: "errors", name: "Errors" });
});

test("pull --sample makes tests from real observations that pass, with bodies redacted by path", async () => {
  makeRepository();
  await run("apply");
  const events = [
    makeEvent(ctx, {
      id: "real-1",
      name: "chat",
      level: "ERROR",
      input: "my password",
      metadata: { user: { email: "a@b.c" }, plan: "pro", account: new LongNumber("12345678901234567890") },
    }),
    makeEvent(ctx, { id: "real-2", name: "chat", output: "fine" }),
  ];
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  const pulled = await run("pull", "--sample", "50", "--redact", "input,metadata.user.email");
  expect(pulled.output).toContain("Wrote 2 observations into tests/sample.yaml.");
  const sample = readFileSync(join(folder, "tests/sample.yaml"), "utf8");
  expect(sample).not.toMatch(/my password|a@b\.c/);
  expect(sample).toContain("plan: pro");
  expect(sample).toContain("account: 12345678901234567890\n");
  write(
    "triggers/account.yaml",
    `name: Account\nfilter: 'metadata at "account" = 12345678901234567890'\nactions: [chat]\n`,
  );
  const expected = (text: string): string => (text.includes("account:") ? "created" : "not_matched");
  const tests = sample.split("  - name:");
  const withAccount = tests.map((one) => one.replace("expect:\n", `expect:\n      account: ${expected(one)}\n`));
  write("tests/sample.yaml", withAccount.join("  - name:"));
  const { code, output } = await run("test", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ failed: 0, passed: 5 + 2 * 4 });
});

test.each([
  [["nonsense"], /^trigger-system <command>/],
  [["plan", "--nonsense"], /^Unknown option '--nonsense'/],
  [["plan"], /^Name the project/],
  [["plan", "another-folder"], /^trigger-system <command>/],
])("%j ends with 1 and says what to write", async (args, message) => {
  write("project.yaml", `url: ${ctx.env.appUrl}\n`);
  const { code, output } = await run(...args);
  expect(code).toBe(1);
  expect(output).toMatch(message);
});

test("a token that may only read plans and does not apply", async () => {
  makeRepository();
  const { id: userId } = await makeUser(ctx, { [projectId]: "member" });
  ({ token } = await makeToken(ctx, { userId, projectId, scopes: ["read"] }));
  expect((await run("plan")).code).toBe(0);
  expect(await run("apply")).toEqual({ code: 1, output: expect.stringContaining("lacks the scope write") });
});

test("a wrong folder is refused, and --prune deletes nothing", async () => {
  makeRepository();
  await run("apply");
  const repository = folder;
  const wrongFolders = [join(repository, "triggers"), join(repository, "missing")];
  for (folder of wrongFolders) {
    for (const command of ["validate", "test", "plan", "apply"]) {
      const { code, output } = await run(command, "--project", projectId, ...(command === "apply" ? ["--prune"] : []));
      expect([code, output]).toEqual([1, expect.stringContaining(`${folder} has no project.yaml`)]);
    }
  }
  folder = repository;
  expect(await ctx.db.triggerConfiguration.count({ where: { projectId, deletedAt: null } })).toBe(3);
});

test("files of every kind that cannot be read are named, each once", async () => {
  makeRepository();
  writeFileSync(join(folder, "triggers/latin.yaml"), Buffer.from("name: Fehler f\xfcr\nactions: [chat]\n", "latin1"));
  writeFileSync(join(folder, "triggers/utf16.yaml"), Buffer.from("\ufeffname: Errors\nactions: [chat]\n", "utf16le"));
  write("triggers/throws.ts", "throw new Error('no environment');\n");
  write("triggers/bomb.yaml", `a: &a [x, x]\nb: &b [${"*a,".repeat(150)}]\nc: [${"*b,".repeat(150)}]\n`);
  write("triggers/team-a/deep.yaml", "name: Deep\nactions: [chat]\n");
  const { code, output } = await run("validate");
  expect(code).toBe(1);
  for (const [name, problem] of [
    ["latin.yaml", "The file is not UTF-8"],
    ["utf16.yaml", "The file is not UTF-8"],
    ["throws.ts", "It cannot be read: no environment"],
    ["bomb.yaml", "It cannot be read: Excessive alias count"],
    ["team-a", "Files in here are not read"],
  ] as const)
    expect(output.split("\n").filter((line) => line.includes(`${name}: ${problem}`))).toHaveLength(1);
});

test("files of Windows, with a byte order mark and CRLF, are the same files", async () => {
  makeRepository();
  await run("apply");
  for (const path of ["triggers/errors.yaml", "actions/chat.yaml", "project.yaml"])
    write(path, `\ufeff${readFileSync(join(folder, path), "utf8").replaceAll("\n", "\r\n")}`);
  expect(await run("plan")).toEqual({ code: 0, output: "Nothing to change." });
});

test("an apply that is larger than a request says so", async () => {
  makeRepository();
  write("triggers/large.yaml", `name: Large\ndescription: ${"x".repeat(2_000_000)}\nactions: [chat]\n`);
  const { code, output } = await run("apply");
  expect([code, output]).toEqual([1, expect.stringMatching(/1 MB|1 MiB|1,048,576|description/)]);
});

test("two applies at once make each trigger once", async () => {
  makeRepository();
  const codes = (await Promise.all([run("apply"), run("apply"), run("apply")])).map(({ code }) => code);
  expect(codes).toContain(0);
  expect(await ctx.db.triggerConfiguration.count({ where: { projectId } })).toBe(3);
});
