import { vi } from "vitest";

/** A busy machine is slower by ten times. The limit ends a test that waits in vain. */
const LIMIT_MS = 60_000;

/** Repeats a check until it throws nothing. @returns what the check returns @throws its last error, after a minute */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: LIMIT_MS, interval: 50 });
