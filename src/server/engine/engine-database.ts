import { readErrorCode } from "@/server/platform/error-code";
import { createHash } from "node:crypto";
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from "pg";
import { isTransactionGivenUpCode, isStatementRefusedCode } from "@/server/platform/database-errors";
import { nameStatementIfPrepared } from "@/server/platform/prepared-statements";
import { withTransactionRetry } from "@/server/platform/transaction-retry";

/**
 * Runs the engine's statements. Their text names the schema `engine`, which `EngineDatabase` replaces by the configured
 * name.
 */
export class EngineDatabase {
  readonly pool: Pool;
  readonly schema: string;
  /**
   * The first number of the engine's advisory locks. Each schema has a number of its own, so two engines in one
   * database do not block each other.
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
    return { name: nameStatementIfPrepared({ sql }), text: sql, values };
  }

  /**
   * Runs `body` in one transaction, and again after a deadlock. With `relaxed` the commit does not wait for the disk. A
   * crash may then undo it, so only leasing uses it: the work of an undone lease is still ready. `lock` is the second
   * number of an advisory lock. The transaction takes the lock first and holds it to its end.
   */
  tx<T>(body: (tx: EngineTransaction) => Promise<T>, options: { relaxed?: boolean; lock?: number } = {}): Promise<T> {
    return withTransactionRetry(
      () => this.#once(body, options),
      (error) => isTransactionGivenUpCode(readErrorCode(error)),
    );
  }

  async #once<T>(
    body: (tx: EngineTransaction) => Promise<T>,
    { relaxed = false, lock }: { relaxed?: boolean; lock?: number },
  ): Promise<T> {
    const client = await this.pool.connect();
    // A connection without an error listener would end the process if it broke between two statements.
    const ignore = () => undefined;
    client.on("error", ignore);
    let broken: Error | undefined;
    try {
      // All statements that begin the transaction are sent in one round trip.
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

/** Tells whether PostgreSQL refused a statement or its data, so that a retry cannot succeed. */
export const isRefusedByDatabase = (error: unknown): boolean => isStatementRefusedCode(readErrorCode(error));
