import type { Elsewhere } from "@/domain/filter/regex";
import type { Logger } from "@/server/log";
import { answersOf, Results, type Answers } from "./answers";
import { createLedger, type Budget } from "./budget";
import type { Question } from "./protocol";
import { createEvaluator } from "./evaluator";

/** Who has long evaluations done: each purpose of a project has a budget of its own, so that no preview delays an event. */
export type Owner = { projectId: string; purpose: "events" | "people" | "jobs" };

/** Evaluates the regular expressions that take long, away from the event loop, within a budget of time for each project. */
export type Patterns = {
  /**
   * Finds out what an evaluation will ask, and answers it ahead. `ask` is called until nothing is missing, so it changes
   * nothing; it hands on what it is given to `evaluate`, `explain` or `match`.
   */
  prepare(owner: Owner, ask: (elsewhere: Elsewhere) => void): Promise<Answers>;
  /** The same for one evaluation, with its result. Throws OverBudget where there was no time for it. */
  settle<T>(owner: Owner, run: (elsewhere: Elsewhere) => T): Promise<T>;
  close(): Promise<void>;
};

export type PatternBudgets = {
  /** of one expression in a project: it is this one that has to be made simpler */
  pattern: Budget;
  /** of all expressions of a project */
  project: Budget;
  /** evaluations that have not begun by then are not made */
  waitMs: number;
};

const defaults: PatternBudgets = {
  pattern: { atOnceMs: 2_000, aSecondMs: 250 },
  project: { atOnceMs: 4_000, aSecondMs: 500 },
  waitMs: 3_000,
};

/** @param options.now ms of a clock that never goes back */
export function createPatterns(log: Logger, options: { budgets?: PatternBudgets; now?: () => number } = {}): Patterns {
  const { budgets = defaults, now = () => performance.now() } = options;
  const evaluator = createEvaluator(log);
  const ledger = createLedger(now);

  const answer = async (owner: Owner, questions: readonly Question[], results: Results): Promise<void> => {
    const key = `${owner.projectId}/${owner.purpose}`;
    const deadline = now() + budgets.waitMs;
    const one = async (question: Question): Promise<void> => {
      const { source, text } = question;
      const own = `${key}/${source}`;
      const mayBegin = (): boolean =>
        now() < deadline && ledger.hasRoom(own, budgets.pattern) && ledger.hasRoom(key, budgets.project);
      const { holds, tookMs } = await evaluator.evaluate(key, question, mayBegin);
      ledger.spend(own, budgets.pattern, tookMs);
      ledger.spend(key, budgets.project, tookMs);
      results.set(source, text, holds);
    };
    await Promise.all(questions.map(one));
  };

  /** Runs until nothing is missing. `isUnsure`: there was no time for something that it asked. */
  const complete = async <T>(
    owner: Owner,
    results: Results,
    run: (elsewhere: Elsewhere) => T,
  ): Promise<{ value: T; isUnsure: boolean }> => {
    for (;;) {
      const missing: Question[] = [];
      let isUnsure = false;
      const value = run({
        answer(source, text, steps) {
          const known = results.get(source, text);
          if (known === undefined) {
            missing.push({ source, text, steps });
            // Once is enough, however many ask it.
            results.set(source, text, null);
          }
          if (known === null) isUnsure = true;
          return known ?? false;
        },
      });
      if (missing.length === 0) return { value, isUnsure };
      await answer(owner, missing, results);
    }
  };
  return {
    async prepare(owner, ask) {
      const results = new Results();
      await complete(owner, results, ask);
      return answersOf(results);
    },
    async settle(owner, run) {
      const results = new Results();
      const { value, isUnsure } = await complete(owner, results, run);
      return isUnsure ? run(answersOf(results).strict) : value;
    },
    close: () => evaluator.close(),
  };
}
