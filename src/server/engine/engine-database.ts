import { createHash } from "node:crypto";
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from "pg";
import { errorCodeOf, isTransactionGivenUpCode, isStatementRefusedCode } from "@/server/platform/database-errors";
import { nameOfPrepared } from "@/server/platform/prepared-statements";
import { withTransactionRetry } from "@/server/platform/transaction-retry";

/**
 * Runs the engine's statements. Their text names the schema `engine`, which `EngineDatabase` replaces by the configured
 * name.
 */
export class EngineDatabase {
  readonly pool: Pool;
  readonly schema: string;
  /**
   * The first number of every advisory lock of this engine. It separates engines in several schemas of one database.
   */
  readonly lockClass: number;
  readonly #texts = new Map<string, string>();

  constructor(pool: Pool, schema: string) {
    if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) {
      throw new Error(`engine: the schema name "${schema}" must be lower-case letters, digits and _`);
    }
    this.pool = pool;
    this.schema = schema;
    this.lockClass = createHash("sha256").update(`engine:${schema}`).digest().readInt32BE(0);
  }

  sql(text: string): string {
    let own = this.#texts.get(text);
    if (own === undefined) {
      own = text.replace(/\bengine\./g, `${this.schema}.`);
      this.#texts.set(text, own);
    }
    return own;
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(this.statement(text, values))).rows;
  }

  statement(text: string, values: unknown[]): QueryConfig {
    const sql = this.sql(text);
    return { name: nameOfPrepared({ sql }), text: sql, values };
  }

  /**
   * Runs `body` in one transaction, and again after a deadlock. `relaxed`: the commit does not wait for the disk. Use
   * it only for rows that may be lost, such as a lease. The next ordinary commit writes these rows too, so that the
   * order on disk stays. `lock`: the second number of an advisory lock, which the transaction holds from its beginning.
   */
  tx<T>(body: (tx: EngineTransaction) => Promise<T>, options: { relaxed?: boolean; lock?: number } = {}): Promise<T> {
    return withTransactionRetry(
      () => this.#once(body, options),
      (error) => isTransactionGivenUpCode(errorCodeOf(error)),
    );
  }

  async #once<T>(
    body: (tx: EngineTransaction) => Promise<T>,
    { relaxed = false, lock }: { relaxed?: boolean; lock?: number },
  ): Promise<T> {
    const client = await this.pool.connect();
    // Without a listener, a connection that breaks between two statements would end the process.
    const ignore = () => undefined;
    client.on("error", ignore);
    let broken: Error | undefined;
    try {
      // One round trip begins the transaction, whatever its options.
      const begin = ["begin"];
      if (relaxed) begin.push("set local synchronous_commit = off");
      if (lock !== undefined) begin.push(`select pg_advisory_xact_lock(${this.lockClass}, ${lock})`);
      await client.query(begin.join("; "));
      const result = await body(new EngineTransaction(client, this));
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off("error", ignore);
      client.release(broken);
    }
  }
}

export class EngineTransaction {
  readonly #client: PoolClient;
  readonly #db: EngineDatabase;

  constructor(client: PoolClient, db: EngineDatabase) {
    this.#client = client;
    this.#db = db;
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(this.#db.statement(text, values))).rows;
  }
}

/** Tells whether PostgreSQL refused the statement's data, so that a retry cannot succeed. */
export const isRefusedByDatabase = (error: unknown): boolean => isStatementRefusedCode(errorCodeOf(error));
