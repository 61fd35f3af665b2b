import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identityOf, isAlive } from "./process-identity.mjs";
import { root } from "./steps.mjs";

/*
 * One file for each program that was started from this folder, named after its process: its port, what it runs from,
 * and how its last restart went.
 */
const FOLDER = join(root, ".run", "programs");
const fileOf = (pid) => join(FOLDER, `${pid}.json`);

let own;

/**
 * Writes down this process, or what changed of it: { port, runsFrom, canRestart, restart }. It is removed when the
 * process ends. Where this user may not write, nobody of the same rights can replace anything either.
 */
export function describeProgram(change) {
  own = { ...(own ?? { pid: process.pid, identity: identityOf(process.pid), runsFrom: [] }), ...change };
  const draft = `${fileOf(process.pid)}.draft`;
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(draft, JSON.stringify(own));
    renameSync(draft, fileOf(process.pid));
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
  }
}

process.once("exit", () => {
  try {
    if (own) rmSync(fileOf(process.pid), { force: true });
  } catch {
    // Whoever looks finds that the process is gone.
  }
});

/** The programs that live. What killed ones left is removed. */
export function programs() {
  return names().flatMap((name) => {
    const program = read(join(FOLDER, name));
    if (program && isAlive(program.identity)) return [program];
    if (program) rmSync(join(FOLDER, name), { force: true });
    return [];
  });
}

/** Other programs that run from one of these: "dependencies", "client", "build". */
export const programsThatRunFrom = (thing) =>
  programs().filter(({ pid, runsFrom }) => pid !== process.pid && runsFrom.includes(thing));

function names() {
  try {
    return readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
