/**
 * SQL that begins with this comment is prepared once for each connection. Planning such a statement takes longer than
 * running it. Its text must not vary, because a connection would keep each variant.
 */
const PREPARED = "/* prepared */";
const names = new Map<string, string>();

/**
 * Returns the name under which a connection keeps the plan of a statement; "" for a statement that is planned each
 * time.
 */
export function nameStatementIfPrepared({ sql }: { sql: string }): string {
  if (!sql.trimStart().startsWith(PREPARED)) return "";
  const name = names.get(sql) ?? `prepared_${names.size + 1}`;
  names.set(sql, name);
  return name;
}
