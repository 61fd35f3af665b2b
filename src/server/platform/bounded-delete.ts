/** The rows of a table to delete. */
type Deletion = {
  table: string;
  /** the table under the name `old`, with joins; by default only the table */
  from?: string;
  /** a condition on the rows, which may have parameters */
  where: string;
  /** the order, for rows that must be deleted oldest first */
  orderBy?: string;
  rowsMax: number;
};

/**
 * Makes a statement that deletes up to `rowsMax` rows. It skips rows that another transaction has locked. So pruning
 * waits for no transaction, and cannot be part of a deadlock.
 */
export function makeBoundedDelete({ table, from = `${table} old`, where, orderBy, rowsMax }: Deletion): string {
  const order = orderBy ? ` order by ${orderBy}` : "";
  // The rows come from an array, which PostgreSQL evaluates only once.
  // PostgreSQL may evaluate a joined subquery with a limit again, and would then delete more rows.
  return `delete from ${table} where ctid = any(array(
    select old.ctid from ${from} where ${where}${order} limit ${rowsMax} for update of old skip locked))`;
}

/**
 * Repeats a step until it handles fewer rows than it may, so that no transaction holds its locks for long.
 * @param step handles up to `rowsMax` rows and returns their number
 * @returns the number of rows of all steps
 */
export async function repeatInChunks(rowsMax: number, step: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const count = await step();
    total += count;
    if (count < rowsMax) return total;
  }
}
