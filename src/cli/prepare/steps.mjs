import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The top folder of the project. Every command works there. */
export const projectRoot = join(import.meta.dirname, "../../..");

/** A problem that a person can solve. Its message is printed without a stack. */
export class CommandProblem extends Error {}

/** Changes to the top folder and loads its .env. Variables of the shell come first. */
export function enterProjectRoot() {
  process.chdir(projectRoot);
  const file = join(projectRoot, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  process.env.NEXT_TELEMETRY_DISABLED ??= "1";
}

/**
 * Runs the body of a command. For a CommandProblem it prints the message, for any other error the stack. Both exit with
 * 1.
 */
export async function runCommandBody(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof CommandProblem ? error.message : error);
    process.exit(1);
  }
}

const TICK_MS = 10_000;
const seconds = (since) => `${Math.max(1, Math.round((Date.now() - since) / 1000))} s`;

/** Runs long work. It prints that the work begins, goes on and is done. */
export async function runStepWithProgress(label, work) {
  const since = Date.now();
  console.log(`${label} …`);
  const ticker = setInterval(() => console.log(`  ${label}: still at it, ${seconds(since)}`), TICK_MS);
  try {
    const result = await work();
    console.log(`  ${label}: done in ${seconds(since)}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Runs a program to its end. It prints the output if the program fails, or at once with `show`. A signal that ends this
 * process, even SIGKILL, also ends the program (see leashed.mjs).
 */
export function runProgram(program, args, { env = {}, show = false, failure } = {}) {
  return new Promise((done, fail) => {
    const stdio = ["pipe", show ? "inherit" : "pipe", show ? "inherit" : "pipe"];
    const child = spawn(process.execPath, [join(import.meta.dirname, "leashed.mjs"), program, ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio,
      windowsHide: true,
    });
    const output = [];
    const forward = (signal) => {
      child.kill(signal);
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    const stopForwarding = () => {
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
    };
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.stdout?.on("data", (chunk) => output.push(chunk));
    child.stderr?.on("data", (chunk) => output.push(chunk));
    child.once(
      "error",
      (error) => (stopForwarding(), fail(new CommandProblem(`${failure ?? program}: ${error.message}`))),
    );
    child.once("close", (code) => {
      stopForwarding();
      if (code === 0) return done();
      const text = Buffer.concat(output).toString("utf8").trim();
      fail(new CommandProblem([text, failure ?? `${program} ended with code ${code}.`].filter(Boolean).join("\n")));
    });
  });
}

/** Runs a program of an installed package with this Node, without a shell. */
export const runNodeScript = (script, args, options) =>
  runProgram(process.execPath, [join(projectRoot, script), ...args], options);
