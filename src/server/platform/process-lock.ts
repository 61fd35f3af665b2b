import type pg from "pg";

const RECONNECT_MS = 500;

export type ProcessLockOptions = {
  /** a new connection, not connected yet; it listens to "error" */
  create: () => pg.Client;
  /** takes the session's advisory lock on the connection, and does what else belongs to holding it */
  take: (client: pg.Client) => Promise<void>;
  /** the connection has ended, and with it the lock; another one is tried from now on */
  onLost?: () => void;
};

/**
 * A session advisory lock on a connection of its own, which says that this process lives. PostgreSQL gives the lock up
 * when the connection ends, however the process died. Where the connection breaks, another one takes the lock again.
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

  /** Connects and takes the lock. @throws what stands in the way; then nothing is tried again */
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
    // Only now: a connection that could not be made ends too, and would be tried again twice each time.
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

  /** Gives the lock up. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }
}
