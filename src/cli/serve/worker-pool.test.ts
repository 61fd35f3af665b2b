import { expect, test } from "vitest";
import { log } from "@/server/log";
import { eventually } from "@/test/eventually";
import { ConnectionQueue } from "./connection-queue";
import { WorkerPool } from "./worker-pool";
import type { WorkerProcess } from "./worker-process";

const silent = log.child({}, { level: "silent" });

/** A worker that gets ready unless it is told to fail. */
function createWorker({ fails }: { fails: boolean }) {
  let end: (how: string) => void = () => undefined;
  const exited = new Promise<string>((done) => (end = done));
  const worker = {
    exited,
    pid: 1,
    measured: [],
    onCollect: () => undefined,
    prepare: () => Promise.resolve({}),
    serve: () => (fails ? Promise.reject(new Error("not ready")) : Promise.resolve()),
    retire: () => end("code 0"),
    stop: () => end("code 0"),
    kill: () => end("SIGKILL"),
  };
  return { worker: worker as unknown as WorkerProcess, end };
}

test("a restart that fails while a lost worker is replaced does not end the replacement", async () => {
  const made: ReturnType<typeof createWorker>[] = [];
  // The first worker serves. The second is the restart's; the third is the replacement.
  const spawn = (): WorkerProcess => {
    const next = createWorker({ fails: made.length === 1 });
    made.push(next);
    return next.worker;
  };
  const queue = new ConnectionQueue();
  const pool = new WorkerPool({ count: 1, queue, log: silent, spawn });
  await pool.start({ databaseUrl: "", encryptionKeys: [], pools: { services: 1, engine: 1 } });

  made[0]!.end("SIGKILL");
  await made[0]!.worker.exited;
  await expect(pool.restartInTurn()).rejects.toThrow("not ready");

  await eventually(() => expect(made).toHaveLength(3));
  await pool.stop(1_000);
  queue.close();
});
