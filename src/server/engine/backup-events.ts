import pg from "pg";
import { EngineDatabase } from "./engine-database";
import { migrateEngineSchema } from "./migrations";

/*
 * A backup contains the accepted events that at least one function has still to handle, but no runs, steps or timers.
 * After a restore these events are routed again. So every function receives them, even a function that had already
 * handled them. The program's own tables hold its waiting work, and the program sends new events for that work.
 */

/** The columns of `makeBackupEventsSql`, in the order of its SELECT. */
export const BACKUP_EVENT_COLUMNS = [
  "id",
  "name",
  "data",
  "ts",
  "external_id",
  "v",
  '"user"',
  "received_at",
  "owner",
  "routed",
] as const;

/**
 * Makes the SELECT of the events that a backup contains.
 * @param names the names of the events to include
 * @param schema the schema of the engine's tables
 */
export function makeBackupEventsSql(names: readonly string[], schema = "engine"): string {
  const columns = BACKUP_EVENT_COLUMNS.map((column) => (column === "routed" ? "false AS routed" : `e.${column}`));
  const list = names.map((name) => pg.escapeLiteral(name)).join(", ");
  return `SELECT ${columns.join(", ")} FROM ${schema}.event e WHERE e.name IN (${list}) AND e.id IN (
    SELECT id FROM ${schema}.event WHERE NOT routed
    UNION SELECT event_id FROM ${schema}.batch_item
    UNION SELECT unnest(event_ids) FROM ${schema}.run WHERE status = 'running') ORDER BY e.id`;
}

/** Creates the engine's tables, or updates those of an older version. Several processes may call it at once. */
export async function createEngineTables(pool: pg.Pool, schema = "engine"): Promise<void> {
  await migrateEngineSchema(new EngineDatabase(pool, schema));
}
