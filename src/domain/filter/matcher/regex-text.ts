/** Too short a text is in everything. */
const LENGTH_MIN = 3;

/** What stands for itself in every position outside of brackets. */
const plain = /^[A-Za-z0-9 _\-,:;@/#%&=<>"'!~]$/;
/** After a backslash: a class or an assertion, or a sign that stands for itself. What else there is, is not read. */
const escaped = /^[dDwWsSbB.\-/+*?()|^$[\]{}\\]$/;

/**
 * A text that is in everything a regular expression (RE2's syntax) matches: the longest that is written out in it. Null where
 * there is none, and where the expression is of a kind that is not read here: alternatives, flags, nested brackets.
 */
export function textNeededBy(source: string): string | null {
  if (/\||\(\?|\[[^\]]*\[|\[\^?\]/.test(source)) return null;
  let [longest, run, depth] = ["", "", 0];
  const end = (): void => {
    if (run.length > longest.length) longest = run;
    run = "";
  };
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    if (plain.test(char) && depth === 0) {
      run += char;
      continue;
    }
    // The character before may be missing.
    if (char === "*" || char === "?" || char === "{") run = run.slice(0, -1);
    end();
    if (char === "\\") {
      if (!escaped.test(source[++at] ?? "")) return null;
    } else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "[" || char === "{") {
      at = closing(source, at, char);
      if (at < 0) return null;
    }
  }
  end();
  return longest.length < LENGTH_MIN ? null : longest;
}

/** Where a bracket closes; -1 where it does not. */
function closing(source: string, from: number, bracket: "[" | "{"): number {
  if (bracket === "{") return source.indexOf("}", from);
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === "]") return at;
  }
  return -1;
}
