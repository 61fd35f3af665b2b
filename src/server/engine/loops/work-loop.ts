import type { EngineProblems } from "../engine-problems";

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2000;

/**
 * Runs one round of work at a time, when it is woken. Wakes during a round lead to one more round. A failed round is
 * retried until it succeeds, after a pause that grows to 2 s, because the database may be away for some time.
 */
export class WorkLoop {
  readonly #name: string;
  readonly #round: () => Promise<void>;
  readonly #problems: EngineProblems;
  #again = false;
  #running: Promise<void> | null = null;
  #stopped = false;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;

  constructor(name: string, problems: EngineProblems, round: () => Promise<void>) {
    this.#name = name;
    this.#problems = problems;
    this.#round = round;
  }

  wake(): void {
    if (this.#stopped || this.#retry) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#round();
        this.#failures = 0;
        this.#problems.clear(this.#name);
      } catch (error) {
        this.#problems.report(this.#name, error);
        const wait = Math.min(RETRY_MIN_MS * 2 ** this.#failures++, RETRY_MAX_MS);
        this.#retry = setTimeout(() => {
          this.#retry = null;
          this.wake();
        }, wait);
        return;
      }
    }
  }

  /** Stops the loop. Resolves when the current round has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    await this.#running;
  }
}
