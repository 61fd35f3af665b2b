import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readProcessIdentity, isIdentifiedProcessAlive } from "./process-identity.mjs";
import { projectRoot } from "./steps.mjs";

/*
 * A turn is a file, named 1, 2, 3 …, that names the process which has the turn. The highest file counts. Once its
 * process is dead or has returned the turn, another process makes the next file. Only one process can make it. The
 * highest file is never removed, so that a slow process cannot take an older turn.
 */
const FOLDER = join(projectRoot, ".run", "turns");
const POLL_MS = 200;
const GIVEN_BACK = "given back";

/**
 * Runs work that only one command at a time may do. Other commands wait. If a command is killed, the next one takes
 * over its turn.
 */
export async function runExclusively(work) {
  mkdirSync(FOLDER, { recursive: true });
  const turn = await takeTurn();
  try {
    return await work();
  } finally {
    const draft = draftOf(GIVEN_BACK);
    renameSync(draft, fileOf(turn));
  }
}

async function takeTurn() {
  for (let told = false; ;) {
    const last = Math.max(0, ...turns());
    const holder = last === 0 ? GIVEN_BACK : read(last);
    // Another process removed the file between two looks.
    if (holder === undefined) continue;
    if (holder !== GIVEN_BACK && isIdentifiedProcessAlive(holder)) {
      const [pid] = holder.split(" ");
      if (!told) console.log(`Process ${pid} is installing or building in this folder; this one waits for it.`);
      told = true;
      await wait(POLL_MS);
      continue;
    }
    const turn = last + 1;
    if (!make(turn)) continue;
    const all = turns();
    if (Math.max(...all) === turn) {
      for (const older of all) if (older < turn) rmSync(fileOf(older), { force: true });
      return turn;
    }
    // This process was slow: it made the file of an old turn, whose first file had already been removed.
    rmSync(fileOf(turn), { force: true });
  }
}

const fileOf = (turn) => join(FOLDER, String(turn));

const turns = () =>
  readdirSync(FOLDER)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function read(turn) {
  try {
    return readFileSync(fileOf(turn), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file with this text. A link to the file has the whole text from its first moment. */
function draftOf(text) {
  const draft = join(FOLDER, `${process.pid}.draft`);
  writeFileSync(draft, text);
  return draft;
}

/** Makes the file of a turn. @returns false if another process was faster */
function make(turn) {
  const draft = draftOf(readProcessIdentity(process.pid));
  try {
    linkSync(draft, fileOf(turn));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
