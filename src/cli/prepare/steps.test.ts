import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readFingerprint } from "./fingerprint.mjs";
import { ensureMade } from "./made.mjs";
import { eventually } from "@/test/eventually";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a program that a step runs ends with it, also where it is killed", async () => {
  const says = "console.log(process.pid); setInterval(() => {}, 1_000)";
  const code =
    'import { runProgram } from "./src/cli/prepare/steps.mjs"; ' +
    `await runProgram(process.execPath, ["-e", ${JSON.stringify(says)}], { show: true });`;
  const step = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(step.stdout, "data")) as [Buffer];
  const pid = Number(printed.toString());
  expect(isAlive(pid)).toBe(true);
  step.kill("SIGKILL");
  await eventually(() => expect(isAlive(pid)).toBe(false));
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

/** Starts a process that takes its turn, prints "in", works, and prints "out". */
function takeTurn(forMs: number): { child: ChildProcess; output(): string } {
  const code = `
    import { setTimeout as wait } from "node:timers/promises";
    import { runExclusively } from "./src/cli/prepare/run-exclusively.mjs";
    await runExclusively(async () => { console.log("in"); await wait(Number(process.argv[1])); console.log("out"); });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, String(forMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => end(child));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

test("commands that prepare the same folder take turns, and what a killed one holds is taken over", async () => {
  const first = takeTurn(600_000);
  await eventually(() => expect(first.output()).toContain("in"));
  const second = takeTurn(0);
  await eventually(() =>
    expect(second.output()).toBe(
      `Process ${first.child.pid} is installing or building in this folder; this one waits for it.\n`,
    ),
  );
  first.child.kill("SIGKILL");
  await once(second.child, "close");
  expect(second.output().split("\n").slice(1)).toEqual(["in", "out", ""]);
});

test("of several that wait for a killed one, never two have the turn together", async () => {
  const code = `
    import { rmSync, writeFileSync } from "node:fs";
    import { runExclusively } from "./src/cli/prepare/run-exclusively.mjs";
    const mark = process.argv[1];
    for (let n = 0; n < 3; n++)
      await runExclusively(() => {
        writeFileSync(mark, "", { flag: "wx" });
        const end = Date.now() + 2;
        while (Date.now() < end);
        rmSync(mark);
      });`;
  const mark = join(mkdtempSync(join(tmpdir(), "turns-")), "mark");
  for (let round = 0; round < 3; round++) {
    const holder = takeTurn(600_000);
    await eventually(() => expect(holder.output()).toContain("in"));
    const waiting = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", code, mark], { stdio: ["ignore", "ignore", "inherit"] }),
    );
    holder.child.kill("SIGKILL");
    onTestFinished(async () => void (await Promise.all(waiting.map(end))));
    const codes = await Promise.all(waiting.map(async (child) => ((await once(child, "close")) as [number])[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
  }
});

describe("what running programs run from", () => {
  const file = "test-results/made-fingerprint";
  const thing = (wanted: string, make: () => void) => ({
    name: "made by a test",
    words: "the thing",
    keptIn: file,
    wanted,
    isThere: () => readFingerprint(file) === wanted,
    make,
  });
  afterEach(() => rmSync(file, { force: true }));

  /** Starts a process that registers itself as a program which runs from "the thing", until it is killed. */
  async function startProgram(): Promise<ChildProcess> {
    const code = `
      import { recordProgram } from "./src/cli/prepare/programs.mjs";
      recordProgram({ port: 4299, runsFrom: ["made by a test"] });
      console.log("runs");
      setInterval(() => undefined, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => end(child));
    await once(child.stdout, "data");
    return child;
  }

  test("is not replaced under it, and one line says which program it is", async () => {
    await ensureMade(thing("first", () => undefined));
    const program = await startProgram();
    const make = vi.fn();
    await expect(ensureMade(thing("second", make))).rejects.toThrow(
      `The program on port 4299 (process ${program.pid}) runs from the thing in this folder, and the ` +
        "source has changed since.",
    );
    expect([make.mock.calls.length, readFingerprint(file)]).toEqual([0, "first"]);
    // Processes may still use the thing that is there, as long as its source is unchanged.
    await ensureMade(thing("first", make));
  });

  test("is replaced once that program has ended, however it died", async () => {
    await ensureMade(thing("first", () => undefined));
    const program = await startProgram();
    program.kill("SIGKILL");
    await once(program, "close");
    await ensureMade(thing("second", () => undefined));
    expect(readFingerprint(file)).toBe("second");
  });
});
