import type { EngineProblems } from "../engine-problems";

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2000;

/**
 * Runs a function in rounds, one at a time. `wake` starts a round, and a wake during a round starts one more. A failed
 * round repeats until it succeeds, after a pause that grows to 2 s. So the loop survives a database that is away.
 */
export class WakeableLoop {
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

  /** Stops the loop. Resolves once the running round has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    await this.#running;
  }
}
