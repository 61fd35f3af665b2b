import pg from "pg";
import { createTestApp, type TestDatabase } from "@/server/engine/testing";
import { stepFunctions } from "./steps-functions";

/** A process with the engine alone, to be killed: `steps-worker.ts <database url>`. Says "ready" once it works. */
const url = process.argv[2]!;
const pool = new pg.Pool({ connectionString: url });
pool.on("error", () => undefined);
const app = createTestApp();
await app.engine({ url, pool } as TestDatabase, stepFunctions(app.client, pool)).start();
process.send!("ready");
// The parent is gone: a process that nobody waits for must not stay.
process.on("disconnect", () => process.exit(0));
