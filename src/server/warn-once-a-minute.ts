type Warn = { warn(facts: object, message: string): void };
/** The cause, and what else helps to find it. */
type Facts = { err: unknown; [name: string]: unknown };
/** The warnings of one message that have no line yet: their number, and the facts of the latest one. */
type Held = { count: number; facts: Facts };

const PERIOD_MS = 60_000;
const heldByLog = new WeakMap<Warn, Map<string, Held>>();

/**
 * Logs a warning that every request or loop repeats while its cause lasts, such as a database that is away. The first
 * one is logged at once. Later ones of the same message become one line a minute, which has their number as `times`.
 */
export function warnOnceAMinute(log: Warn, facts: Facts, message: string): void {
  const all = heldByLog.get(log) ?? new Map<string, Held>();
  heldByLog.set(log, all);
  const held = all.get(message);
  if (held) {
    held.count += 1;
    held.facts = facts;
    return;
  }
  const logNow = (now: Facts): void => {
    log.warn({ ...now, err: wordsOf(now.err) }, message);
    all.set(message, { count: 0, facts });
    setTimeout(logHeld, PERIOD_MS).unref();
  };
  const logHeld = (): void => {
    const { count, facts: latest } = all.get(message)!;
    all.delete(message);
    if (count > 0) logNow({ ...latest, times: count });
  };
  logNow(facts);
}

/** Returns the last line of an error's message. Prisma writes its call and empty lines above PostgreSQL's words. */
const wordsOf = (error: unknown): unknown =>
  error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? error.name) : error;
