import { randomBytes } from "node:crypto";
import pg from "pg";
import type { EngineForServices } from "@/server/engine-for-services";
import { createTestApp } from "@/server/engine/testing";

/** Makes an embedded engine on a test's database, with one function that sleeps and one that fails. */
export type TestEngine = {
  view: EngineForServices;
  /** Makes a run that sleeps and a run that has failed, both of one owner. @returns their ids */
  makeRuns(owner: string): Promise<{ asleep: string; failed: string }>;
  close(): Promise<void>;
};

export async function startTestEngine(connectionString: string): Promise<TestEngine> {
  const app = createTestApp();
  const pool = new pg.Pool({ connectionString, max: 4 });
  pool.on("error", () => undefined);
  const functions = [
    app.client.createFunction({ id: "sleepy", triggers: { event: "sleepy" } }, ({ step }) => step.sleep("nap", "1h")),
    app.client.createFunction({ id: "fragile", triggers: { event: "fragile" }, retries: 0 }, () => {
      throw new Error("no");
    }),
  ];
  const engine = app.engine({ pool, url: connectionString }, functions);
  await engine.migrate();
  await engine.start();
  return {
    view: {
      kind: "embedded",
      status: (owner) => engine.status(owner),
      health: () => engine.health(),
      inspect: engine.inspect,
    },
    async makeRuns(owner) {
      const [asleep, failed, event] = Array.from({ length: 3 }, () => randomBytes(13).toString("hex").slice(0, 26)) as [
        string,
        string,
        string,
      ];
      await pool.query(
        `
          insert into engine.event (id, name, data, ts, received_at, owner, routed)
            values ($1, 'any', '{}', 0, now(), $2, true)`,
        [event, owner],
      );
      await pool.query(
        `insert into engine.run (id, function_id, status, event_ids, lane, owner, created_at, ended_at, error)
         values ($1, 'app-sleepy', 'running', array[$3], '', $4, now(), null, null),
                ($2, 'app-fragile', 'failed', array[$3], '', $4, now(), now(), '{"name":"Error","message":"no"}')`,
        [asleep, failed, event, owner],
      );
      await pool.query(
        `
          insert into engine.item (run_id, function_id, lane, kind, step_id, state, due_at)
            values ($1, 'app-sleepy', '', 'sleep', 'nap', 'timer', now() + interval '1 hour')`,
        [asleep],
      );
      return { asleep, failed };
    },
    async close() {
      await engine.stop();
      await pool.end();
    },
  };
}
