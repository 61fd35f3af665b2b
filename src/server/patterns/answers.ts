import type { Elsewhere } from "@/domain/filter/regex";

/** The regular expression that has used up its time. The message is for people. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";
  constructor(readonly source: string) {
    super(overBudgetReason(source));
  }
}

/** By its name: route bundles have a class of their own. */
export const isOverBudget = (error: unknown): error is OverBudget =>
  error instanceof Error && error.name === "OverBudget";

const SHOWN_MAX = 60;

export function overBudgetReason(source: string): string {
  const shown = source.length > SHOWN_MAX ? `${source.slice(0, SHOWN_MAX)}…` : source;
  return `The regular expression ${shown} has used up its time. Make it simpler, look at a shorter field, or put conditions beside it that hold more seldom.`;
}

/** What was evaluated ahead, so that whoever decides does not wait. */
export type Answers = {
  /** Throws OverBudget where there was no time for it. */
  strict: Elsewhere;
  /** What there was no time for is taken for no match, and its expression added to a set. */
  noting(unsure: Set<string>): Elsewhere;
  /** Takes what there was no time for to be as assumed, by expression; throws OverBudget where nothing is. */
  assuming(assumed: ReadonlyMap<string, boolean>): Elsewhere;
};

/** Results by expression and text; null where there was no time. */
export class Results {
  readonly #bySource = new Map<string, Map<string, boolean | null>>();

  get(source: string, text: string): boolean | null | undefined {
    return this.#bySource.get(source)?.get(text);
  }

  set(source: string, text: string, result: boolean | null): void {
    const results = this.#bySource.get(source) ?? new Map<string, boolean | null>();
    this.#bySource.set(source, results.set(text, result));
  }
}

export function answersOf(results: Results): Answers {
  const orElse = (other: (source: string) => boolean): Elsewhere => ({
    answer: (source, text) => results.get(source, text) ?? other(source),
  });
  const refuse = (source: string): never => {
    throw new OverBudget(source);
  };
  return {
    strict: orElse(refuse),
    noting: (unsure) =>
      orElse((source) => {
        unsure.add(source);
        return false;
      }),
    assuming: (assumed) => orElse((source) => assumed.get(source) ?? refuse(source)),
  };
}
