/** A busy machine is slower by ten times. The limit ends a test that waits in vain. */
const LIMIT_MS = 60_000;
const PAUSE_MS = 50;

/**
 * Reads until what is read is so: rows are written by another process.
 * @throws what was read last, after a minute
 */
export async function readUntil<T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`It did not become so within ${LIMIT_MS} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
