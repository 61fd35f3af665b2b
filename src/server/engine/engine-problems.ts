import type { EngineLogger } from "./types";
import { makeUnavailableError } from "./unavailable";

/**
 * The current problems of the engine, one for each part that reports one. A problem is logged when it begins and when
 * it ends.
 */
export class EngineProblems {
  readonly #log: EngineLogger;
  readonly #current = new Map<string, string>();

  constructor(log: EngineLogger) {
    this.#log = log;
  }

  /**
   * @param meaning the text for people; by default it names a full disk or an unusable database, and else refers to the
   * log
   */
  report(part: string, error: unknown, meaning = meaningOf(error)): void {
    if (!this.#current.has(part)) this.#log.error({ part, err: error }, `engine: ${part}: ${wordsOf(error)}`);
    this.#current.set(part, meaning);
  }

  clear(part: string): void {
    if (this.#current.delete(part)) this.#log.info({ part }, `engine: ${part} works again`);
  }

  get message(): string | undefined {
    const all = [...this.#current].map(([part, message]) => `${part}: ${message}`);
    return all.length > 0 ? all.join("; ") : undefined;
  }
}

/** Returns the message of an error for the log. If the message is empty, it returns the code or the name. */
const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || String("code" in error ? error.code : error.name) : String(error);

/**
 * Returns the text of an error for people and load balancers. The driver's message stays hidden, because it may hold
 * names, addresses and data.
 */
function meaningOf(error: unknown): string {
  const reason = makeUnavailableError(error)?.reason;
  if (reason === "disk full") return "the disk of the database is full";
  return reason === "unreachable" ? "the database cannot be used" : "it failed; the log says more";
}
