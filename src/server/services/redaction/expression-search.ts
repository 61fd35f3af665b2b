import { RE2JS } from "re2js";
import { findTextInEveryMatch } from "@/domain/filter/matcher/regex-text";
import type { ExpressionSearch } from "@/domain/redaction/patterns";
import type { TextRange } from "@/domain/redaction/find-values";
import { createTimeBudgetLedger, type TimeBudget } from "@/server/compute/time-budget";

/**
 * How much time of a thread one project's redaction expressions may use: at most 250 ms at once, and 250 ms in each
 * second. So one project delays others by at most 250 ms. An expression without a match takes about 0.02 ms for a
 * kilobyte.
 */
const BUDGET: TimeBudget = { atOnceMs: 250, aSecondMs: 250 };
/**
 * Long texts are searched in pieces of this many characters. The most costly rule needs at most about 60 ms for a
 * piece.
 */
const PIECE_CHARS = 32_768;
/**
 * Neighbouring pieces overlap by this many characters, so that a value across their border is found. Of a longer value,
 * only a part may be found.
 */
const OVERLAP_CHARS = 1_024;

const ledger = createTimeBudgetLedger(() => performance.now());

/**
 * Makes the function that searches texts by a project's redaction expressions. The function returns null if the project
 * has used up its time budget in this thread.
 */
export function makeRedactionExpressionSearch(projectId: string): ExpressionSearch {
  const programs = new Map<string, { program: RE2JS; needed: string | null }>();
  return (source, text) => {
    const known = programs.get(source) ?? { program: RE2JS.compile(source), needed: findTextInEveryMatch(source) };
    programs.set(source, known);
    const { program, needed } = known;
    if (needed !== null && !text.includes(needed)) return [];
    const found: TextRange[] = [];
    for (let from = 0; from < text.length; from += PIECE_CHARS - OVERLAP_CHARS) {
      if (!ledger.hasRoom(projectId, BUDGET)) return null;
      const began = performance.now();
      found.push(
        ...matchesIn(program, text.slice(from, from + PIECE_CHARS), { from, foundUpTo: found.at(-1)?.[1] ?? 0 }),
      );
      ledger.spend(projectId, BUDGET, performance.now() - began);
      if (from + PIECE_CHARS >= text.length) break;
    }
    return found;
  };
}

function matchesIn(
  program: RE2JS,
  piece: string,
  { from, foundUpTo }: { from: number; foundUpTo: number },
): TextRange[] {
  // Most texts have no match, and this test takes a tenth of the time of the search below.
  if (!program.test(piece)) return [];
  const found: TextRange[] = [];
  const matcher = program.matcher(piece);
  while (matcher.find()) {
    const [start, end] = [from + matcher.start(), from + matcher.end()];
    if (end > start && end > foundUpTo) found.push([Math.max(start, foundUpTo), end]);
  }
  return found;
}
