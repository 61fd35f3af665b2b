import pg from "pg";
import { createTestApp, type TestDatabase } from "@/server/engine/testing";
import { stepFunctions } from "./steps-functions";

/**
 * A process with the engine alone, to be killed by a test: `steps-worker.ts <database url>`. Sends "ready" to its
 * parent once it works.
 */
const url = process.argv[2]!;
const pool = new pg.Pool({ connectionString: url });
pool.on("error", () => undefined);
const app = createTestApp();
await app.engine({ url, pool } as TestDatabase, stepFunctions(app.client, pool)).start();
process.send!("ready");
// Ends with its parent: nobody else would end it.
process.on("disconnect", () => process.exit(0));
