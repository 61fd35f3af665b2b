import { createUtcClient } from "../db/utc-connection";
import { StartProblem } from "../db/start-problem";

/** The empty schema that marks a database as one that a restore is filling. */
export const UNFINISHED_RESTORE_SCHEMA = "trigger_system_restore";

/**
 * Refuses a database whose restore did not finish. It has tables and no rows, so a start would make a new installation.
 * @throws StartProblem
 */
export async function refuseUnfinishedRestoreIn(connectionString: string): Promise<void> {
  const client = createUtcClient(connectionString, { application_name: "trigger-system restore" });
  await client.connect();
  try {
    const { rows } = await client.query<{ database: string }>(
      "SELECT current_database() AS database FROM pg_namespace WHERE nspname = $1",
      [UNFINISHED_RESTORE_SCHEMA],
    );
    if (rows[0])
      throw new StartProblem(
        `A restore into the database ${rows[0].database} has not ended. Wait for it. If it was killed, restore into ` +
          "a new database, and name it in DATABASE_URL.",
      );
  } finally {
    await client.end();
  }
}
