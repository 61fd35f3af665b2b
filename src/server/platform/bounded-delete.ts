/** Which rows a bounded delete removes from a table. */
type Deletion = {
  table: string;
  /** The FROM clause, with the table as `old` and any joins; default: only the table. */
  from?: string;
  /** The SQL condition that chooses the rows; it may have parameters. */
  where: string;
  /** The SQL order of the rows, if the oldest must go first. */
  orderBy?: string;
  rowsMax: number;
};

/**
 * Makes the SQL of a DELETE of up to `rowsMax` rows. It skips rows of the table that other transactions have locked,
 * and so waits for none of them. A cascade may still wait for a locked row of another table.
 */
export function makeBoundedDelete({ table, from = `${table} old`, where, orderBy, rowsMax }: Deletion): string {
  const order = orderBy ? ` order by ${orderBy}` : "";
  /*
   * The rows are collected in an array, which PostgreSQL evaluates only once. It may evaluate a joined subquery with a
   * limit again, and would then delete more than `rowsMax` rows.
   */
  return `delete from ${table} where ctid = any(array(
    select old.ctid from ${from} where ${where}${order} limit ${rowsMax} for update of old skip locked))`;
}

/**
 * Repeats a step until it handles fewer than `rowsMax` rows. Each step is a short transaction.
 * @param step handles up to `rowsMax` rows and returns their number
 * @returns the number of rows of all steps
 */
export async function repeatChunkUntilDone(rowsMax: number, step: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const count = await step();
    total += count;
    if (count < rowsMax) return total;
  }
}
