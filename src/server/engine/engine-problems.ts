import type { EngineLogger } from "./types";
import { makeUnavailableError } from "./unavailable";

/**
 * The current problems of the engine, by the part that reported them. It logs a problem when it begins and when it
 * ends.
 */
export class EngineProblems {
  readonly #log: EngineLogger;
  readonly #current = new Map<string, string>();

  constructor(log: EngineLogger) {
    this.#log = log;
  }

  /** @param meaning text for people; the default names the kind of error, without the database driver's words */
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

/** Returns the database driver's words, for the log. */
const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || String("code" in error ? error.code : error.name) : String(error);

/** Returns the text for people and load balancers. A driver's words may hold names, addresses and data. */
function meaningOf(error: unknown): string {
  const reason = makeUnavailableError(error)?.reason;
  if (reason === "disk full") return "the disk of the database is full";
  return reason === "unreachable" ? "the database cannot be used" : "it failed; the log says more";
}
