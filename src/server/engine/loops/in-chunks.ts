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
