import type { Logger } from "./types";
import { unavailableFrom } from "./unavailable";

/** What stands in the way right now, by the part that noticed it. Logs a problem when it comes and when it goes. */
export class Problems {
  readonly #log: Logger;
  readonly #current = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  report(part: string, error: unknown): void {
    const message = describe(error);
    if (!this.#current.has(part)) this.#log.error({ part, err: error }, `engine: ${part}: ${message}`);
    this.#current.set(part, message);
  }

  clear(part: string): void {
    if (this.#current.delete(part)) this.#log.info({ part }, `engine: ${part} works again`);
  }

  get message(): string | undefined {
    const all = [...this.#current].map(([part, message]) => `${part}: ${message}`);
    return all.length > 0 ? all.join("; ") : undefined;
  }
}

/** A driver's own words, after what they mean where that is known. */
function describe(error: unknown): string {
  const words =
    error instanceof Error ? error.message || String("code" in error ? error.code : error.name) : String(error);
  const reason = unavailableFrom(error)?.reason;
  if (reason === "disk full") return `the disk of the database is full: ${words}`;
  return reason === "unreachable" ? `the database cannot be used: ${words}` : words;
}
