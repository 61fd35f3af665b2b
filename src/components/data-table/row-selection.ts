/** The rows of a table that a person has chosen. */
export type RowSelection = {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
};

/**
 * Returns the chosen keys after a click on a row's checkbox. With Shift, all rows from the last click to this one get
 * this row's state.
 */
export function toggleRowKey(
  keys: ReadonlySet<string>,
  { key, from, order }: { key: string; from: string | null; order: readonly string[] },
): Set<string> {
  const next = new Set(keys);
  const [start, end] = [order.indexOf(from ?? key), order.indexOf(key)];
  const range = start === -1 ? [key] : order.slice(Math.min(start, end), Math.max(start, end) + 1);
  for (const each of range)
    if (keys.has(key)) next.delete(each);
    else next.add(each);
  return next;
}
