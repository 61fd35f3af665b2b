import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, test, vi } from "vitest";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a program that a step runs ends with it, also where it is killed", async () => {
  const says = "console.log(process.pid); setInterval(() => {}, 1_000)";
  const code = `import { run } from "./src/cli/prepare/steps.mjs"; await run(process.execPath, ["-e", ${JSON.stringify(says)}], { show: true });`;
  const step = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(step.stdout, "data")) as [Buffer];
  const pid = Number(printed.toString());
  expect(isAlive(pid)).toBe(true);
  step.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
});

test("commands that prepare the same folder take turns, and what a killed one holds is taken over", async () => {
  const code = `
    import { setTimeout as wait } from "node:timers/promises";
    import { exclusively } from "./src/cli/prepare/exclusively.mjs";
    await exclusively(async () => { console.log("in"); await wait(Number(process.argv[1])); console.log("out"); });`;
  const start = (forMs: number) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", code, String(forMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  };
  const first = start(600_000);
  await vi.waitFor(() => expect(first.output()).toContain("in"), { timeout: 10_000 });
  const second = start(0);
  await vi.waitFor(
    () =>
      expect(second.output()).toBe(
        `Process ${first.child.pid} is installing or building in this folder; this one waits for it.\n`,
      ),
    { timeout: 10_000 },
  );
  first.child.kill("SIGKILL");
  await once(second.child, "close");
  expect(second.output().split("\n").slice(1)).toEqual(["in", "out", ""]);
  expect(existsSync(".preparing")).toBe(false);
});
