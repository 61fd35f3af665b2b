import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readProcessIdentity, isIdentifiedProcessAlive } from "./process-identity.mjs";
import { projectRoot } from "./steps.mjs";

/*
 * The folder with one file for each program that was started here, named after its process. The file holds the
 * program's port, the things that it runs from, and the result of its last restart.
 */
const FOLDER = join(projectRoot, ".run", "programs");
const fileOf = (pid) => join(FOLDER, `${pid}.json`);

let own;

/**
 * Records this process, or a change of it: { port, runsFrom, canRestart, restart }. The file is removed when the
 * process ends. A user who may not write here cannot replace anything either, so the program then needs no record.
 */
export function recordProgram(change) {
  own = { ...(own ?? { pid: process.pid, identity: readProcessIdentity(process.pid), runsFrom: [] }), ...change };
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
    // The file may stay: its reader notices that the process is gone.
  }
});

/** Lists the running programs. The files of killed programs are removed. */
export function listRunningPrograms() {
  return names().flatMap((name) => {
    const program = read(join(FOLDER, name));
    if (program && isIdentifiedProcessAlive(program.identity)) return [program];
    if (program) rmSync(join(FOLDER, name), { force: true });
    return [];
  });
}

/** Lists other programs that run from one thing: "dependencies", "client" or "build". */
export const listProgramsRunningFrom = (thing) =>
  listRunningPrograms().filter(({ pid, runsFrom }) => pid !== process.pid && runsFrom.includes(thing));

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
