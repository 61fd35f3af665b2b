import { vi } from "vitest";

/** A busy machine is ten times slower. The limit only ends a test that waits in vain. */
const LIMIT_MS = 60_000;

/**
 * Repeats a check until it does not throw. @returns what the check returns @throws the check's last error, after a
 * minute
 */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: LIMIT_MS, interval: 50 });
