import { randomBytes } from "node:crypto";
import pg from "pg";
import { createUtcClient } from "../utc-connection";
import { DATABASE_ROLE } from "./cluster";
import { makeConnectionString } from "./postmaster";

/** The new name of the superuser that initdb made. It may not sign in. */
const SUPERUSER = `${DATABASE_ROLE}_superuser`;
/** A temporary role that renames the superuser, because no role can rename itself. */
const HELPER = `${DATABASE_ROLE}_helper`;

/**
 * Takes the superuser rights from the program's role, which then owns only its database. initdb gives all rights to its
 * first role, so the first start and starts on older data call this. A second call changes nothing.
 * @returns whether the role was changed; connections from before still have the old rights
 */
export async function removeSuperuserRights(options: { port: number; password: string }): Promise<boolean> {
  const { port, password } = options;
  const isSuper = await withClient(makeConnectionString({ port, password }), async (client) => {
    const { rows } = await client.query<{ rolsuper: boolean }>(
      "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
    );
    return rows[0]!.rolsuper;
  });
  if (!isSuper) return false;
  const helperPassword = randomBytes(24).toString("hex");
  await withClient(makeConnectionString({ port, password }), (client) =>
    client.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${HELPER}') THEN CREATE ROLE ${HELPER}; END IF;
      END $$;
      ALTER ROLE ${HELPER} SUPERUSER LOGIN PASSWORD '${helperPassword}'`),
  );
  const asHelper = new URL(makeConnectionString({ port, password: helperPassword }));
  asHelper.username = HELPER;
  // The change is one transaction, so that a killed start leaves the role unchanged.
  await withClient(asHelper.href, async (client) => {
    await client.query("BEGIN");
    await client.query(`ALTER ROLE ${DATABASE_ROLE} RENAME TO ${SUPERUSER}`);
    await client.query(`CREATE ROLE ${DATABASE_ROLE} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    await client.query(`ALTER DATABASE ${DATABASE_ROLE} OWNER TO ${DATABASE_ROLE}`);
    await client.query(CHANGE_OWNERS);
    await client.query(`ALTER ROLE ${SUPERUSER} NOLOGIN`);
    await client.query(`ALTER ROLE ${HELPER} NOLOGIN NOSUPERUSER`);
    await client.query("COMMIT");
  });
  return true;
}

/**
 * SQL that gives everything in the program's schemas to the program's role. Identity sequences, indexes and partitions
 * follow their tables.
 */
const CHANGE_OWNERS = `
  DO $$
  DECLARE
    statement text;
  BEGIN
    FOR statement IN
      SELECT format('ALTER SCHEMA %I OWNER TO ${DATABASE_ROLE}', nspname) FROM pg_namespace
       WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')
      UNION ALL
      SELECT format('ALTER %s %I.%I OWNER TO ${DATABASE_ROLE}',
                    CASE c.relkind
                      WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
                    n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
         AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
         AND NOT EXISTS (
           SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e') AND c.relkind = 'S')
      UNION ALL
      SELECT format('ALTER TYPE %I.%I OWNER TO ${DATABASE_ROLE}', n.nspname, t.typname)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND t.typtype IN ('e', 'd')
      UNION ALL
      SELECT format('ALTER ROUTINE %I.%I(%s) OWNER TO ${DATABASE_ROLE}',
                    n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    LOOP
      EXECUTE statement;
    END LOOP;
  END $$`;

async function withClient<T>(connectionString: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = createUtcClient(connectionString);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
