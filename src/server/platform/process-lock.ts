import type pg from "pg";

const RECONNECT_MS = 500;

export type ProcessLockOptions = {
  /** makes a connection that listens to "error" and is not connected yet */
  create: () => pg.Client;
  /** takes the session's advisory lock on the connection, and does related work */
  take: (client: pg.Client) => Promise<void>;
  /** is called when the connection and its lock have ended; a new connection is tried from then on */
  onLost?: () => void;
};

/**
 * A session advisory lock on its own connection, which shows that this process lives. PostgreSQL releases the lock when
 * the connection ends, however the process died. If the connection breaks, a new connection takes the lock again.
 */
export class ProcessLock {
  readonly #options: ProcessLockOptions;
  #client: pg.Client | null = null;
  #closed = false;

  constructor(options: ProcessLockOptions) {
    this.#options = options;
  }

  /** The connection that holds the lock; null while the lock is lost. */
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
    // The listener is added only now: a connection that fails also ends, and would be tried twice.
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

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }
}
