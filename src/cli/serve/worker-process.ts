import { fork, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { MetricsSnapshot } from "@/server/metrics/metrics";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import type { ConnectionTaker } from "./connection-queue";
import type { MigrateAndSeedResult } from "./migrate-and-seed-database";
import type { MessageFromWorker, MessageToWorker, WorkerStartValues } from "./worker-messages";

/** A worker process ended before its task was done. If it ended with code 1, it has printed the reason itself. */
export class WorkerEndedError extends Error {
  override name = "WorkerEnded";

  /** @param how the description of its end: "SIGKILL", "code 1" */
  constructor(readonly how: string) {
    super(`The worker ended with ${how} before it was ready`);
  }
}

/** How long the parent waits for a worker's metrics, in ms. After that it uses the last ones. */
const MEASURE_MS = 2_000;

const SCRIPT = resolve(join("src", "cli", "worker.mjs"));

/** One worker process, from its fork to its end. */
export class WorkerProcess implements ConnectionTaker {
  /** Resolves when the process has ended, with a description of its end: "SIGKILL", "code 1". */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #taking = new Map<number, (isTaken: boolean) => void>();
  readonly #measuring = new Map<number, () => void>();
  #nextId = 0;
  #measured: MetricsSnapshot = [];
  #onCollect: () => Promise<ProcessSnapshots> = () => Promise.resolve({ workers: [], ended: null });
  #onPrepared: (data: MigrateAndSeedResult) => void = () => undefined;
  #onReady: () => void = () => undefined;

  /** @param env the environment of the shell that started the program; the worker reads .env by itself */
  constructor(env: NodeJS.ProcessEnv) {
    this.#child = fork(SCRIPT, [], { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message: MessageFromWorker) => this.#receive(message));
    // A failed send needs no handling: the process also ends then, which is handled.
    this.#child.on("error", () => undefined);
    this.exited = new Promise((done) =>
      this.#child.once("exit", (code, signal) => {
        for (const settle of this.#taking.values()) settle(false);
        this.#taking.clear();
        done(signal ?? `code ${code}`);
      }),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Tells the worker to migrate and seed the database, and waits for it.
   * @throws WorkerEndedError
   */
  prepare(start: WorkerStartValues): Promise<MigrateAndSeedResult> {
    const prepared = new Promise<MigrateAndSeedResult>((done) => (this.#onPrepared = done));
    this.#send({ type: "prepare", start });
    return Promise.race([prepared, this.#failAtExit()]);
  }

  /**
   * Tells the worker to serve, and resolves once it is healthy.
   * @throws WorkerEndedError
   */
  serve(start: WorkerStartValues): Promise<void> {
    const ready = new Promise<void>((done) => (this.#onReady = done));
    this.#send({ type: "serve", start });
    return Promise.race([ready, this.#failAtExit()]);
  }

  /**
   * Hands a connection to the worker. The parent keeps a copy of the socket until the worker confirms. So the death of
   * the worker does not close the connection.
   */
  async take({ socket, head }: { socket: Socket; head: Buffer }): Promise<boolean> {
    const id = this.#nextId++;
    const isTaken = await new Promise<boolean>((done) => {
      this.#taking.set(id, done);
      const message: MessageToWorker = {
        type: "connection",
        id,
        ...(head.length > 0 && { head: head.toString("base64") }),
      };
      /*
       * If the channel to the worker still works, the socket itself is at fault. It counts as handed over and is
       * closed.
       */
      this.#child.send(message, socket, { keepOpen: true }, (error) => error && done(this.#child.connected));
    });
    this.#taking.delete(id);
    if (isTaken) socket.destroy();
    return isTaken;
  }

  /** Returns the worker's metrics, or its last ones if it does not answer in time. */
  async measure(): Promise<MetricsSnapshot> {
    const id = this.#nextId++;
    const answered = new Promise<void>((done) => this.#measuring.set(id, done));
    this.#send({ type: "measure", id });
    await Promise.race([answered, this.exited, wait(MEASURE_MS, undefined, { ref: false })]);
    this.#measuring.delete(id);
    return this.#measured;
  }

  /** The last metrics that the worker has sent. */
  get measured(): MetricsSnapshot {
    return this.#measured;
  }

  /** Sets the function that answers the worker's questions for the metrics of all workers. */
  onCollect(collect: () => Promise<ProcessSnapshots>): void {
    this.#onCollect = collect;
  }

  /** Tells the worker to finish its requests and then end. */
  retire(): void {
    this.#send({ type: "retire" });
  }

  /** Tells the worker to end within seconds. */
  stop(): void {
    this.#send({ type: "stop" });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #send(message: MessageToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  async #failAtExit(): Promise<never> {
    throw new WorkerEndedError(await this.exited);
  }

  #receive(message: MessageFromWorker): void {
    switch (message.type) {
      case "prepared":
        return this.#onPrepared(message.data);
      case "ready":
        return this.#onReady();
      case "measurement":
        this.#measured = message.snapshot;
        if (message.id !== null) this.#measuring.get(message.id)?.();
        return;
      case "collect":
        return void this.#onCollect().then((snapshots) => this.#send({ type: "measured", id: message.id, snapshots }));
      case "taken":
        return this.#taking.get(message.id)?.(true);
    }
  }
}
