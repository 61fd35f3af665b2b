import type { Logger } from "./types";
import { unavailableFrom } from "./unavailable";

/** What stands in the way right now, by the part that noticed it. Logs a problem when it comes and when it goes. */
export class Problems {
  readonly #log: Logger;
  readonly #current = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param meaning what people are told; default: what is known of the error, without a driver's words */
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

/** A driver's own words, for the log. */
const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message || String("code" in error ? error.code : error.name) : String(error);

/** What people and load balancers are told: a driver's words may hold names, addresses and data. */
function meaningOf(error: unknown): string {
  const reason = unavailableFrom(error)?.reason;
  if (reason === "disk full") return "the disk of the database is full";
  return reason === "unreachable" ? "the database cannot be used" : "it failed; the log says more";
}
