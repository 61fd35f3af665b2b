import { LONG_REGEX_STEPS, type RegexLookup } from "@/domain/filter/regex";

/** A regular expression has used up its time. If `source` is null, its project has. The message is for people. */
export class RegexOverBudgetError extends Error {
  override readonly name = "RegexOverBudgetError";
  constructor(source: string | null) {
    super(regexOverBudgetReason(source));
  }
}

/** Compares names, because each of Next's bundles has its own copy of the class. */
export const isRegexOverBudget = (error: unknown): error is RegexOverBudgetError =>
  error instanceof Error && error.name === "RegexOverBudgetError";

const SHOWN_MAX = 60;

export function regexOverBudgetReason(source: string | null): string {
  if (source === null)
    return (
      "The filters of this project have used up their time for now. " +
      "Wait a few seconds, or make the filter simpler."
    );
  const shown = source.length > SHOWN_MAX ? `${source.slice(0, SHOWN_MAX)}…` : source;
  return (
    `The regular expression ${shown} has used up its time. ` +
    "Make it simpler, look at a shorter field, or add a condition that matches fewer events."
  );
}

/** Results of regular expressions that were evaluated before the matcher runs. So the matcher stays synchronous. */
export class RegexResults {
  /** the results by expression and text; null for an expression that had no time left */
  readonly #bySource = new Map<string, Map<string, boolean | null>>();

  get(source: string, text: string): boolean | null | undefined {
    return this.#bySource.get(source)?.get(text);
  }

  set(source: string, text: string, result: boolean | null): void {
    const results = this.#bySource.get(source) ?? new Map<string, boolean | null>();
    this.#bySource.set(source, results.set(text, result));
  }

  /** Treats an expression without a result as "no match", and adds the expression to `missing`. */
  orNoMatch(missing: Set<string>): RegexLookup {
    return this.#orElse((source) => {
      missing.add(source);
      return false;
    });
  }

  /**
   * Treats an expression without a result as `assumed` says. It throws RegexOverBudgetError if `assumed` does not name
   * the expression.
   */
  orAssumed(assumed: ReadonlyMap<string, boolean>): RegexLookup {
    return this.#orElse((source) => {
      const result = assumed.get(source);
      if (result === undefined) throw new RegexOverBudgetError(source);
      return result;
    });
  }

  #orElse(other: (source: string) => boolean): RegexLookup {
    return {
      answer: (source, text, steps) => {
        const known = this.get(source, text);
        // A short search has no stored result, because the caller evaluates it itself.
        // `steps` is null if the cache of compiled expressions has dropped the expression.
        if (known === undefined && (steps ?? 0) <= LONG_REGEX_STEPS) return undefined;
        return known ?? other(source);
      },
    };
  }
}
