import { expect, test } from "vitest";
import { log } from "@/server/log";
import { eventually } from "@/test/eventually";
import type { WorkerPool } from "./worker-pool";
import { makeWorkerRestarter, type ProgramVersion } from "./worker-restarts";

const silent = log.child({}, { level: "silent" });
const versionOf = (build: string): ProgramVersion => ({ dependencies: "d", schema: "s", build, program: "p" });

/** A pool of one worker, which serves or not. The first `fails` starts fail. */
function createPool(fails: number) {
  const state = { serves: true, starts: 0, inTurn: 0 };
  const pool = {
    retireAll: () => Promise.resolve(void (state.serves = false)),
    restartInTurn: () => Promise.resolve(void (state.inTurn += 1)),
    start: () => {
      state.starts += 1;
      if (state.starts <= fails) return Promise.reject(new Error("The worker ended with code 1"));
      state.serves = true;
      return Promise.resolve({});
    },
  };
  return { state, pool: pool as unknown as WorkerPool };
}

const start = { databaseUrl: "", encryptionKeys: [], pools: { services: 1, engine: 1 } };

test("after a restart whose files cannot be prepared, workers serve again once the files are right", async () => {
  const { state, pool } = createPool(0);
  let isBroken = true;
  const pauses: number[] = [];
  const restart = makeWorkerRestarter({
    ...{ pool, start, version: versionOf("old"), log: silent, isEnding: () => false },
    files: {
      readVersion: () => versionOf("new"),
      prepare: () => (isBroken ? Promise.reject(new Error("The build failed")) : Promise.resolve(versionOf("new"))),
    },
    wait: (ms) => {
      pauses.push(ms);
      isBroken = pauses.length < 6;
      return Promise.resolve();
    },
  });
  await restart();
  await eventually(() => expect(state.serves).toBe(true));
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  await restart();
  expect(state.inTurn).toBe(1);
});

test("a request for a restart ends the pause, and prepares the database although the files are the old ones", async () => {
  const { state, pool } = createPool(1);
  let files = versionOf("new");
  const restart = makeWorkerRestarter({
    ...{ pool, start, version: versionOf("old"), log: silent, isEnding: () => false },
    files: { readVersion: () => files, prepare: () => Promise.resolve(files) },
    wait: (_, signal) => new Promise((done) => signal.addEventListener("abort", done)),
  });
  await restart();
  expect(state).toEqual({ serves: false, starts: 1, inTurn: 0 });
  files = versionOf("old");
  await restart();
  expect(state).toEqual({ serves: true, starts: 2, inTurn: 0 });
});
