import { eventually } from "./eventually";

/**
 * Reads rows that another process writes, until they are as expected. @throws an error that shows the last rows, after
 * a minute
 */
export const readUntil = <T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> =>
  eventually(async () => {
    const value = await read();
    if (!isSo(value)) throw new Error(`The rows are not as expected: ${JSON.stringify(value)}`);
    return value;
  });
