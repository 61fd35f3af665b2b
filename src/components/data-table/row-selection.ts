/** The keys of the rows that a person has selected in a table. */
export type RowSelection = {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
};

/**
 * Returns the selected keys after a click on the checkbox of the row `key`. With `from` (the row clicked before), as
 * after a Shift click, all rows from `from` to `key` get the new state of `key`; without a row `from`, only `key` does.
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
