import { relative } from "node:path";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { createMigration } from "@/server/db/create-migration";
import { runCommandOrExit } from "./command";

/**
 * `npm run db:migration -- <name>`: writes a migration for the changes in schema.prisma. It compares in a temporary
 * database.
 */
runCommandOrExit(async () => {
  const name = process.argv[2];
  if (!name || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new Error("Name the migration in lower case with underscores: npm run db:migration -- add_something");
  const database = await startThrowawayPostgres();
  try {
    const folder = await createMigration(database.connectionString, name);
    console.log(
      folder
        ? `Written: ${relative(process.cwd(), folder)}/migration.sql`
        : "The migrations and the schema agree; there is nothing to write.",
    );
  } finally {
    await database.stop();
  }
});
