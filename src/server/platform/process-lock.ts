import type pg from "pg";

const RECONNECT_MS = 500;

export type ProcessLockOptions = {
  /** makes a connection, not connected yet, which listens to "error" */
  create: () => pg.Client;
  /** takes the advisory lock of the session on the connection, and does related work */
  take: (client: pg.Client) => Promise<void>;
  /** the connection and its lock have ended; a new connection is tried from now on */
  onLost?: () => void;
};

/**
 * A session advisory lock on a connection of its own, which shows that this process lives. PostgreSQL releases the lock
 * when the connection ends, however the process died. If the connection breaks, a new one takes the lock again.
 */
export class ProcessLock {
  readonly #options: ProcessLockOptions;
  #client: pg.Client | null = null;
  #closed = false;

  constructor(options: ProcessLockOptions) {
    this.#options = options;
  }

  /** The connection that holds the lock; null while it is lost. */
  get client(): pg.Client | null {
    return this.#client;
  }

  /** Connects and takes the lock. @throws the error of the first try, which is not repeated */
  async hold(): Promise<void> {
    const client = this.#options.create();
    try {
      await client.connect();
      await this.#options.take(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.#closed) return client.end();
    // Listened to only now: a connection that fails ends too, and would be tried twice each time.
    client.once("end", () => this.#lose());
    this.#client = client;
  }

  #lose(): void {
    this.#client = null;
    if (this.#closed) return;
    this.#options.onLost?.();
    this.#retry();
  }

  #retry(): void {
    setTimeout(() => {
      if (!this.#closed) this.hold().catch(() => this.#retry());
    }, RECONNECT_MS).unref();
  }

  /** Releases the lock. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }
}
