import { spawn } from "node:child_process";
import { once } from "node:events";
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
