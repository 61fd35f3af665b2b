import { fork, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join, resolve } from "node:path";
import type { ConnectionTaker } from "./connection-queue";
import type { PreparedData } from "./prepare-data";
import type { FromWorker, ToWorker, WorkerStart } from "./worker-messages";

/** A worker ended before its task was done. The worker has printed the reason. */
export class WorkerEnded extends Error {
  override name = "WorkerEnded";
}

const SCRIPT = resolve(join("src", "cli", "worker.mjs"));

/** One worker process, from its fork to its end. */
export class WorkerProcess implements ConnectionTaker {
  /** Resolves at the end of the process with a description: "SIGKILL", "code 1". */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #taking = new Map<number, (isTaken: boolean) => void>();
  #nextId = 0;
  #onPrepared: (data: PreparedData) => void = () => undefined;
  #onReady: () => void = () => undefined;

  /** @param env of the shell that started the program; the worker reads .env by itself */
  constructor(env: NodeJS.ProcessEnv) {
    this.#child = fork(SCRIPT, [], { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message: FromWorker) => this.#receive(message));
    // A failed send also ends the process.
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

  /** @throws WorkerEnded */
  prepare(start: WorkerStart): Promise<PreparedData> {
    const prepared = new Promise<PreparedData>((done) => (this.#onPrepared = done));
    this.#send({ type: "prepare", start });
    return Promise.race([prepared, this.#failAtExit()]);
  }

  /** Resolves once the worker is healthy. @throws WorkerEnded */
  serve(start: WorkerStart): Promise<void> {
    const ready = new Promise<void>((done) => (this.#onReady = done));
    this.#send({ type: "serve", start });
    return Promise.race([ready, this.#failAtExit()]);
  }

  /**
   * Hands a connection to the worker. This process keeps a copy of the socket until the worker confirms, so that a
   * dying worker does not close it.
   */
  async take({ socket, head }: { socket: Socket; head: Buffer }): Promise<boolean> {
    const id = this.#nextId++;
    const isTaken = await new Promise<boolean>((done) => {
      this.#taking.set(id, done);
      const message: ToWorker = { type: "connection", id, ...(head.length > 0 && { head: head.toString("base64") }) };
      // With an open channel only this connection cannot be handed over. It is ended.
      this.#child.send(message, socket, { keepOpen: true }, (error) => error && done(this.#child.connected));
    });
    this.#taking.delete(id);
    if (isTaken) socket.destroy();
    return isTaken;
  }

  /** The worker finishes its requests, then ends. */
  retire(): void {
    this.#send({ type: "retire" });
  }

  /** The worker ends within seconds. */
  stop(): void {
    this.#send({ type: "stop" });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  async #failAtExit(): Promise<never> {
    throw new WorkerEnded(`The worker ended with ${await this.exited} before it was ready`);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "prepared":
        return this.#onPrepared(message.data);
      case "ready":
        return this.#onReady();
      case "taken":
        return this.#taking.get(message.id)?.(true);
    }
  }
}
