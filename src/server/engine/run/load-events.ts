import type { EngineContext } from "../context";
import type { EngineDatabase, EngineTransaction } from "../engine-database";
import { EngineEvent } from "../event";
import type { StepMemo } from "../types";

type EventRow = {
  id: string;
  name: string;
  data: string;
  ts: string;
  external_id: string | null;
  v: string | null;
  user: string | null;
  received_at: Date;
};

function toEvent(row: EventRow): EngineEvent {
  return new EngineEvent({
    id: row.id,
    name: row.name,
    // Empty data was deleted by the engine, because no function needs the event any more.
    data: row.data === "" ? "{}" : row.data,
    ts: Number(row.ts),
    externalId: row.external_id,
    v: row.v,
    user: row.user,
    receivedAt: row.received_at.getTime(),
  });
}

const EVENT_COLUMNS = `id, name, data, ts, external_id, v, "user", received_at`;

/** Loads events by id. Cached events need no query. */
export async function loadEvents(
  ctx: EngineContext,
  from: EngineTransaction | EngineDatabase,
  ids: string[],
): Promise<Map<string, EngineEvent>> {
  const found = new Map<string, EngineEvent>();
  const missing = new Set<string>();
  for (const id of ids) {
    const event = ctx.events.get(id);
    if (event) found.set(id, event);
    else missing.add(id);
  }
  if (missing.size === 0) return found;
  const rows = await from.query<EventRow>(`select ${EVENT_COLUMNS} from engine.event where id = any($1)`, [
    [...missing],
  ]);
  for (const row of rows) {
    const event = toEvent(row);
    ctx.events.add(event);
    found.set(event.id, event);
  }
  return found;
}

/** Marks stored events that no process has routed to functions as routed, and returns them, oldest first. */
export async function takeUnroutedEvents(tx: EngineTransaction, limit: number): Promise<EngineEvent[]> {
  const rows = await tx.query<EventRow>(
    `update engine.event set routed = true
      where id in (select id from engine.event where not routed order by id limit $1 for update skip locked)
      returning ${EVENT_COLUMNS}`,
    [limit],
  );
  return rows.map(toEvent).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Loads the completed steps of runs, in the order of their completion. */
export async function loadStepMemos(db: EngineDatabase, runIds: string[]): Promise<Map<string, StepMemo[]>> {
  const steps = new Map<string, StepMemo[]>(runIds.map((id) => [id, []]));
  if (runIds.length === 0) return steps;
  const rows = await db.query<{ run_id: string; id: string; memo: string }>(
    "select run_id, id, memo from engine.step where run_id = any($1) order by run_id, seq",
    [runIds],
  );
  for (const { run_id, id, memo } of rows) steps.get(run_id)?.push({ id, memo });
  return steps;
}
