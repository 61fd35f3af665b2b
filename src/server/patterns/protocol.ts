/** One evaluation: whether a regular expression matches a text. */
export type Question = {
  source: string;
  text: string;
  /** what it may cost, about (see `Elsewhere`) */
  steps: number;
};

/** What the worker is given at a time. It answers with as many, in the same order. */
export type Turn = readonly Question[];
export type TurnAnswer = { holds: boolean; tookMs: number }[];
