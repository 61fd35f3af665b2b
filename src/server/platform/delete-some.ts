/** Which rows of a table go. */
type Deletion = {
  table: string;
  /** what tells the rows: the table under the name `old`, with what is joined to it. Default: the table alone */
  from?: string;
  /** a condition on them, which may hold parameters */
  where: string;
  /** where those of the oldest rows go first */
  orderBy?: string;
  rowsMax: number;
};

/**
 * A statement that deletes up to `rowsMax` rows. It takes none that another transaction has locked: who prunes waits for
 * nobody, and so nobody waits for it in a circle.
 */
export function deleteSome({ table, from = `${table} old`, where, orderBy, rowsMax }: Deletion): string {
  const order = orderBy ? ` order by ${orderBy}` : "";
  // An array is read once. A join to rows with a limit may read them again, and delete more.
  return `delete from ${table} where ctid = any(array(
    select old.ctid from ${from} where ${where}${order} limit ${rowsMax} for update of old skip locked))`;
}

/**
 * Repeats a step until it finds fewer rows than it may take, so that no transaction holds its locks for long.
 * @param step takes up to `rowsMax` rows and returns how many it took
 * @returns how many rows all steps took
 */
export async function inChunks(rowsMax: number, step: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const count = await step();
    total += count;
    if (count < rowsMax) return total;
  }
}
