const PAUSE_MS = 50;

/**
 * Reads until what is read is so: rows are written by another process.
 * @throws what was read last, after `withinMs`
 */
export async function readUntil<T>(read: () => Promise<T>, isSo: (value: T) => boolean, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`It did not become so within ${withinMs} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
