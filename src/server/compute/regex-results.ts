import { EVENT_LOOP_REGEX_STEPS_MAX, type RegexResultLookup } from "@/domain/filter/regex";
import { cutText } from "@/domain/json/cut-text";

/**
 * A regular expression (`source`) has used up its time budget. If `source` is null, the project has used up its own.
 * The message is written for people.
 */
export class RegexOverBudgetError extends Error {
  override readonly name = "RegexOverBudgetError";
  constructor(source: string | null) {
    super(describeRegexOverBudget(source));
  }
}

/** The class is recognised by its name, because each of Next's bundles has its own copy of it. */
export const isRegexOverBudget = (error: unknown): error is RegexOverBudgetError =>
  error instanceof Error && error.name === "RegexOverBudgetError";

const SHOWN_MAX = 60;

export function describeRegexOverBudget(source: string | null): string {
  if (source === null)
    return (
      "The filters of this project have used up their time for now. " +
      "Wait a few seconds, or make the filter simpler."
    );
  const shown = source.length > SHOWN_MAX ? `${cutText(source, SHOWN_MAX)}…` : source;
  return (
    `The regular expression ${shown} has used up its time. ` +
    "Make it simpler, look at a shorter field, or add a condition that matches fewer events."
  );
}

/** Results of regular expressions that were evaluated in advance, so that the matcher itself stays synchronous. */
export class RegexResults {
  /** The results by expression and text. Null: no time budget was left, or the search failed. */
  readonly #bySource = new Map<string, Map<string, boolean | null>>();

  get(source: string, text: string): boolean | null | undefined {
    return this.#bySource.get(source)?.get(text);
  }

  set(source: string, text: string, result: boolean | null): void {
    const results = this.#bySource.get(source) ?? new Map<string, boolean | null>();
    this.#bySource.set(source, results.set(text, result));
  }

  /**
   * Treats a costly search without a result as "no match", and adds its expression to `missing`. The caller runs cheap
   * searches itself.
   */
  orNoMatch(missing: Set<string>): RegexResultLookup {
    return this.#orElse((source) => {
      missing.add(source);
      return false;
    });
  }

  /**
   * Uses `assumed` for a costly search without a result. It throws RegexOverBudgetError if `assumed` lacks the
   * expression too. The caller runs cheap searches itself.
   */
  orAssumed(assumed: ReadonlyMap<string, boolean>): RegexResultLookup {
    return this.#orElse((source) => {
      const result = assumed.get(source);
      if (result === undefined) throw new RegexOverBudgetError(source);
      return result;
    });
  }

  #orElse(other: (source: string) => boolean): RegexResultLookup {
    return {
      answer: (source, text, steps) => {
        const known = this.get(source, text);
        /*
         * A cheap search needs no stored result: the caller runs it itself. `steps` is null for an expression that is
         * no longer in the cache of compiled expressions.
         */
        if (known === undefined && (steps ?? 0) <= EVENT_LOOP_REGEX_STEPS_MAX) return undefined;
        return known ?? other(source);
      },
    };
  }
}
