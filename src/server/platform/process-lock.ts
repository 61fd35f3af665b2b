import type pg from "pg";
import { endWhenSilent, type Heartbeat } from "./end-when-silent";

const RECONNECT_MS = 500;

export type ProcessLockOptions = {
  /** Makes a pg client that is not connected yet and has a listener for "error". */
  create: () => pg.Client;
  /** Takes the advisory lock on the new connection, and does related work. */
  take: (client: pg.Client) => Promise<void>;
  /** Called when the connection has ended, and its lock with it. New connections are tried from then on. */
  onLost?: () => void;
  /** How often the connection is checked. */
  heartbeat?: Heartbeat | undefined;
};

/**
 * Holds a session advisory lock on a connection of its own, which shows that this process lives. PostgreSQL frees the
 * lock when the connection ends, however the process died. After a lost connection a new one takes the lock again. A
 * connection without answers counts as lost: a server that replaced the first one does not have the lock.
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

  /**
   * Connects and takes the lock.
   * @throws the error of the first try; later connections are retried instead
   */
  async hold(): Promise<void> {
    const client = this.#options.create();
    try {
      await client.connect();
      endWhenSilent(client, this.#options.heartbeat);
      await this.#options.take(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.#closed) return client.end();
    /*
     * The listener is added only after a successful start. A failed connection also emits "end", which would start a
     * second try.
     */
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
