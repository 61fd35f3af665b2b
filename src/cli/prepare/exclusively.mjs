import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "./steps.mjs";

/** Names the process that changes node_modules, the generated client or the build. */
const LOCK = join(root, ".preparing");
const POLL_MS = 200;
/** Nothing takes so long: the process of that number must be another one by now. */
const FORGOTTEN_AFTER_MS = 30 * 60_000;

/** One command at a time makes what all of them use: another waits, and then finds it made. What a killed one holds is given back. */
export async function exclusively(work) {
  for (let holder = take(), told = false; holder !== null; holder = take()) {
    if (!isAlive(holder) || age() > FORGOTTEN_AFTER_MS) {
      rmSync(LOCK, { force: true });
      continue;
    }
    if (!told) console.log(`Process ${holder} is installing or building in this folder; this one waits for it.`);
    told = true;
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** Null where it is ours now, else the process that has it. */
function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return null;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    return Number(readFileSync(LOCK, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return take();
  }
}

function age() {
  const made = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
  return made === undefined ? 0 : Date.now() - made;
}

function isAlive(pid) {
  // Between its making and its writing it is empty: whoever made it lives.
  if (pid === 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
