import type { Query } from "./world";

/** The engine's rows once nothing is left to do: how many there are, and which guarantees they break. */
export type EngineAccount = {
  events: number;
  runs: number;
  steps: number;
  violations: string[];
};

/** Queries that find rows that must not exist, each with the words for what is wrong. */
const QUESTIONS: Record<string, string> = {
  "runs are called running, and nothing will ever wake them": `
      SELECT r.id FROM engine.run r
        WHERE r.status = 'running' AND NOT EXISTS (SELECT FROM engine.item i WHERE i.run_id = r.id)`,
  "calls or waits are left of runs that have ended":
    "SELECT i.id::text FROM engine.item i JOIN engine.run r ON r.id = i.run_id WHERE r.status <> 'running'",
  "calls are leased by processes that do not live": `SELECT i.id::text FROM engine.item i WHERE i.state = 'leased'
       AND NOT EXISTS (SELECT FROM engine.process p WHERE p.num = i.leased_by
         AND split_part(p.label, ':', 2)::int = ANY($1::int[]))`,
  "waits are over and nobody came":
    "SELECT id::text FROM engine.item WHERE state = 'timer' AND due_at < now() - interval '10 s'",
  "events wait in a batch": "SELECT event_id AS id FROM engine.batch_item",
  "events were never routed": "SELECT id FROM engine.event WHERE NOT routed",
  "runs have failed": "SELECT id FROM engine.run WHERE status = 'failed'",
  "events are in two runs of one function":
    "SELECT e AS id FROM engine.run r, unnest(r.event_ids) AS e GROUP BY r.function_id, e HAVING count(*) > 1",
  "events of observations are in no run":
    "SELECT id FROM engine.event WHERE name = 'observation.created' EXCEPT SELECT unnest(event_ids) FROM engine.run",
};

/** @param alive the ids of the processes that run now */
export async function readEngine(query: Query, alive: number[]): Promise<EngineAccount> {
  const violations: string[] = [];
  for (const [what, text] of Object.entries(QUESTIONS)) {
    const rows = await query<{ id: string }>(text, text.includes("$1") ? [alive] : []);
    if (rows.length > 0) violations.push(`engine: ${what}: ${rows.length}, for instance ${rows[0]!.id}`);
  }
  const [counts] = await query<{ events: number; runs: number; steps: number }>(
    `SELECT (SELECT count(*)::int FROM engine.event) AS events, (SELECT count(*)::int FROM engine.run) AS runs,
       (SELECT count(*)::int FROM engine.step) AS steps`,
  );
  return { ...counts!, violations };
}
