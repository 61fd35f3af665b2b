import { formatCappedCount, formatRate, formatCountWithNoun } from "@/lib/format";

type SentenceInput = {
  totals: { actions: number; troubled: number; waiting: number };
  figures: { attempts: number; successRate: number | null };
  /** the time range as part of a sentence, such as `in 24 h` */
  range: string;
};

/**
 * Returns the text at the top of the overview. It says whether a person has to act, and how many deliveries succeeded.
 */
export function writeOverviewSentence({ totals, figures, range }: SentenceInput): string {
  return `${stateOf(totals)} ${deliveriesOf(figures, range)}`;
}

function stateOf({ actions, troubled, waiting }: SentenceInput["totals"]): string {
  if (actions === 0) return "This project has no action.";
  if (troubled === 0)
    return actions === 1 ? "The action is well." : `All ${formatCappedCount(actions, Infinity)} actions are well.`;
  const needs = `${formatCountWithNoun(troubled, "action")} ${troubled === 1 ? "needs" : "need"} attention`;
  if (waiting === 0) return `${needs}.`;
  return `${needs}: ${formatCountWithNoun(waiting, "execution")} ${waiting === 1 ? "waits" : "wait"}.`;
}

function deliveriesOf({ attempts, successRate }: SentenceInput["figures"], range: string): string {
  if (successRate === null) return `Nothing was sent ${range}.`;
  return `${formatRate(successRate)} of ${formatCountWithNoun(attempts, "attempt")} succeeded ${range}.`;
}
