import { createDatabase } from "@/server/db/client";
import { log } from "@/server/log";
import { makeFirstStartData } from "@/server/services/first-start-data";
import { getEnv } from "@/env";

/**
 * What `npm start` does by itself: the first admin and the demo project, through the services, where they are missing.
 */
const env = getEnv();
if (!env.databaseUrl)
  throw new Error("Set DATABASE_URL to the database to seed. On the embedded database npm start does this by itself.");
const db = createDatabase(env.databaseUrl, 2);
console.log(await makeFirstStartData({ db, env, now: () => new Date(), log }));
await db.$disconnect();
