import type { Inngest, InngestFunction } from "inngest";
import type pg from "pg";

/**
 * Makes a function of several steps. Each execution of a step writes a row to the table `note`, which is not the
 * engine's.
 */
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
/** The result that the function must have for the number n. */
export const resultOf = (n: number): number => 2 * n + 3;

/** The row says whether the engine had already stored the step's result when the step ran. */
const NOTE = `
  INSERT INTO note (run_id, step, attempt, process, remembered)
  VALUES ($1, $2, $3, $4, EXISTS (SELECT FROM engine.step s WHERE s.run_id = $1 AND s.name = $2))`;
