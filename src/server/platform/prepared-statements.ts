/**
 * Statements of the hot path begin with this comment. Each connection keeps their plans, because planning a claim takes
 * longer than running it. The text of such a statement must not vary, because each variant would be kept.
 */
const PREPARED = "/* prepared */";
const names = new Map<string, string>();

/**
 * Returns the name under which connections keep the plan of a statement; "" for a statement that is planned each time.
 */
export function nameOfPrepared({ sql }: { sql: string }): string {
  if (!sql.trimStart().startsWith(PREPARED)) return "";
  const name = names.get(sql) ?? `prepared_${names.size + 1}`;
  names.set(sql, name);
  return name;
}
