import type { Socket } from "node:net";
import { WaitingConnection } from "./waiting-connection";

/** Something that serves connections, one hand-over at a time: a worker process, or this process with hot reload. */
export type ConnectionTaker = {
  /**
   * Hands a connection over.
   * @returns true once the taker owns the socket; false if the taker ended before, so that the connection must wait for
   * another one
   */
  take(connection: { socket: Socket; head: Buffer }): Promise<boolean>;
};

export type ConnectionQueueLimits = {
  /** How long ingestion clients may wait in ms while no taker exists. Then they get 503. */
  ingestionMs: number;
  /** How long a connection may wait for an idle taker, in ms. Then it gets 503. */
  waitMs: number;
  connectionsMax: number;
};

/**
 * The limits of the queue. After 503 the Inngest SDK gives up within 1.7 s, but it waits 20 s for an answer. OTLP
 * exporters wait 5 s or more.
 */
const LIMITS: ConnectionQueueLimits = { ingestionMs: 2_500, waitMs: 20_000, connectionsMax: 4_096 };

/**
 * Hands accepted connections to workers. Connections stay open while no worker is ready. A worker gets its next
 * connection only after it has confirmed the last one. So idle workers get more connections than busy ones.
 */
export class ConnectionQueue {
  readonly #limits: ConnectionQueueLimits;
  readonly #waiting = new Map<WaitingConnection, NodeJS.Timeout>();
  readonly #takers = new Set<ConnectionTaker>();
  /** Workers that have confirmed their last connection; the least recently used one is first. */
  readonly #idle: ConnectionTaker[] = [];
  #ingestionTimer: NodeJS.Timeout | undefined;
  #answersIngestion = false;

  constructor(limits: ConnectionQueueLimits = LIMITS) {
    this.#limits = limits;
    this.#watchTakers();
  }

  /**
   * Adds an accepted connection.
   * @param socket a paused socket, which belongs to the queue from now on
   */
  add(socket: Socket): void {
    const connection = new WaitingConnection(socket, () => this.#remove(connection));
    if (this.#waiting.size >= this.#limits.connectionsMax) return connection.refuse();
    const timer = setTimeout(() => this.#refuse(connection), this.#limits.waitMs);
    this.#waiting.set(connection, timer);
    if (this.#answersIngestion) connection.readHead(() => this.#refuse(connection));
    this.#handOver();
  }

  join(taker: ConnectionTaker): void {
    this.#takers.add(taker);
    this.#idle.push(taker);
    this.#watchTakers();
    this.#handOver();
  }

  /** Removes a worker from the queue, so that it gets no further connection. */
  leave(taker: ConnectionTaker): void {
    this.#takers.delete(taker);
    const index = this.#idle.indexOf(taker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#watchTakers();
  }

  /** Closes all waiting connections. */
  close(): void {
    clearTimeout(this.#ingestionTimer);
    for (const connection of this.#waiting.keys()) connection.end();
  }

  #handOver(): void {
    for (const [connection, timer] of this.#waiting) {
      const taker = this.#idle.shift();
      if (!taker) return;
      clearTimeout(timer);
      this.#waiting.delete(connection);
      void this.#give(connection, taker);
    }
  }

  async #give(connection: WaitingConnection, taker: ConnectionTaker): Promise<void> {
    const isTaken = await taker.take(connection.detach());
    /*
     * The worker has probably ended, but its end may be reported later. Until then it must not get the same connection
     * again.
     */
    if (!isTaken) this.leave(taker);
    if (!isTaken && connection.isOpen) this.#takeBack(connection);
    if (this.#takers.has(taker)) this.#idle.push(taker);
    this.#handOver();
  }

  /** Puts a connection back that a worker did not confirm. Its waiting time starts again. */
  #takeBack(connection: WaitingConnection): void {
    this.#waiting.set(
      connection,
      setTimeout(() => this.#refuse(connection), this.#limits.waitMs),
    );
    if (this.#answersIngestion) connection.readHead(() => this.#refuse(connection));
  }

  #refuse(connection: WaitingConnection): void {
    this.#remove(connection);
    connection.refuse();
  }

  #remove(connection: WaitingConnection): void {
    clearTimeout(this.#waiting.get(connection));
    this.#waiting.delete(connection);
  }

  #watchTakers(): void {
    if (this.#takers.size > 0) {
      clearTimeout(this.#ingestionTimer);
      this.#ingestionTimer = undefined;
      this.#answersIngestion = false;
      return;
    }
    this.#ingestionTimer ??= setTimeout(() => {
      this.#answersIngestion = true;
      for (const connection of [...this.#waiting.keys()]) connection.readHead(() => this.#refuse(connection));
    }, this.#limits.ingestionMs).unref();
  }
}
