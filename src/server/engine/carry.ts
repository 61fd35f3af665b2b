import pg from "pg";
import { Db } from "./db";
import { migrate } from "./migrations";

/*
 * What a copy of a database takes along of the engine: events that were accepted and that no function has finished with.
 * In the copy they are events that wait to be routed, so that its functions get them anew. Runs, steps and timers stay
 * behind: whoever sends events of his own has to know by himself what still waits.
 */

/** The columns of `carriedEvents`, in its order. */
export const CARRIED_COLUMNS = [
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
 * A SELECT of the events to take along.
 * @param names of events that are taken along
 * @param schema the engine's
 */
export function carriedEvents(names: readonly string[], schema = "engine"): string {
  const columns = CARRIED_COLUMNS.map((column) => (column === "routed" ? "false AS routed" : `e.${column}`));
  const list = names.map((name) => pg.escapeLiteral(name)).join(", ");
  return `SELECT ${columns.join(", ")} FROM ${schema}.event e WHERE e.name IN (${list}) AND e.id IN (
    SELECT id FROM ${schema}.event WHERE NOT routed
    UNION SELECT event_id FROM ${schema}.batch_item
    UNION SELECT unnest(event_ids) FROM ${schema}.run WHERE status = 'running') ORDER BY e.id`;
}

/** Makes the engine's tables where they are missing. Safe beside other processes. */
export async function migrateEngine(pool: pg.Pool, schema = "engine"): Promise<void> {
  await migrate(new Db(pool, schema));
}
