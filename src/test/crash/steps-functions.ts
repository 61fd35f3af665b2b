import type { Inngest, InngestFunction } from "inngest";
import type pg from "pg";

/** A function of several steps; each execution of a step is noted outside of what the engine remembers. */
export function stepFunctions(client: Inngest, pool: pg.Pool): InngestFunction.Any[] {
  const walk = client.createFunction(
    { id: "walk", triggers: { event: "walk" }, retries: 5 },
    async ({ event, step, runId, attempt }) => {
      const run = (name: string, value: number): Promise<number> =>
        step.run(name, async () => {
          await pool.query(NOTE, [runId, name, attempt, process.pid]);
          return value;
        });
      const n = event.data.n as number;
      const first = await run("first", n);
      const [left, right] = await Promise.all([run("left", first + 1), run("right", first + 2)]);
      await step.sleep("pause", 100);
      return run("last", left + right);
    },
  );
  return [walk];
}

export const STEPS = ["first", "last", "left", "right"];
/** The result of the function for n. */
export const resultOf = (n: number): number => 2 * n + 3;

/** The note says whether the engine already remembered the step when it ran. */
const NOTE = `
  INSERT INTO note (run_id, step, attempt, process, remembered)
  VALUES ($1, $2, $3, $4, EXISTS (SELECT FROM engine.step s WHERE s.run_id = $1 AND s.name = $2))`;
