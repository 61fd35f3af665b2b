import pg from "pg";

/**
 * Where any of these texts stands in a database: `schema.table.column` of every column of every table, whatever its
 * type.
 */
export async function findText(connectionString: string, ...texts: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows: columns } = await client.query<{ schema: string; table: string; column: string }>(
      `
       SELECT c.table_schema AS schema, c.table_name AS "table", c.column_name AS "column"
         FROM information_schema.columns c
         JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
           AND t.table_type = 'BASE TABLE'
       WHERE c.table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3`,
    );
    const found: string[] = [];
    for (const { schema, table, column } of columns) {
      const { rows } = await client.query(
        `
          SELECT 1 FROM "${schema}"."${table}", unnest($1::text[]) AS looked
            WHERE position(looked in "${column}"::text) > 0 LIMIT 1`,
        [texts],
      );
      if (rows.length > 0) found.push(`${schema}.${table}.${column}`);
    }
    return found;
  } finally {
    await client.end();
  }
}
