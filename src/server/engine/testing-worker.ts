import pg from "pg";
import { createTestApp, type TestDatabase } from "./testing";

/**
 * A process with an engine, to be killed by a test: `testing-worker.ts <database url>`. Its function `job` notes each
 * step in the table `note`; with HANG=1 the second step never ends. The message "started" says that it works.
 */
const url = process.argv[2] ?? "";
const pool = new pg.Pool({ connectionString: url });
const app = createTestApp();

const job = app.client.createFunction({ id: "job", triggers: { event: "job" } }, async ({ step, event, attempt }) => {
  const note = (name: string) =>
    pool.query("insert into note (job, step, attempt, process) values ($1, $2, $3, $4)", [
      event.data.n,
      name,
      attempt,
      process.pid,
    ]);
  await step.run("first", () => note("first").then(() => "kept"));
  await step.run("second", async () => {
    await note("second");
    if (process.env.HANG) await new Promise(() => undefined);
  });
});

const engine = app.engine({ url, pool } as TestDatabase, [job]);
await engine.start();
process.send!("started");
// The parent process has ended. Without it nobody would end this process.
process.on("disconnect", () => process.exit(0));
