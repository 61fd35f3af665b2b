/**
 * The fewest characters of a text whose search saves runs of the regex. A shorter text occurs in almost every value.
 */
const LENGTH_MIN = 3;

/** Matches a character that has no special meaning in a regular expression outside of brackets. */
const plain = /^[A-Za-z0-9 _\-,:;@/#%&=<>"'!~]$/;
/**
 * Matches a character that may follow a backslash: a class, an assertion, or a character without special meaning. An
 * expression with any other escape is not analysed.
 */
const escaped = /^[dDwWsSbB.\-/+*?()|^$[\]{}\\]$/;

/** Matches the start of a group that sets no flag: `(`, `(?:`, `(?P<name>`, `(?<name>`. */
const groupHead = /\((?:\?(?::|P?<\w+>))?(?!\?)/y;

/**
 * Finds a text that every match of a regular expression (in RE2's syntax) contains. It is the longest literal text
 * outside of groups, of at least three characters.
 * @returns null without such a text, and for expressions that it does not analyse: with alternatives outside of groups,
 * flags, nested brackets, or escapes that `escaped` does not match
 */
export function findTextInEveryMatch(source: string): string | null {
  if (/\[[^\]]*\[|\[\^?\]/.test(source)) return null;
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
    // `*`, `?` and `{` can make the character before them optional, so the text ends before that character.
    if (char === "*" || char === "?" || char === "{") run = run.slice(0, -1);
    end();
    if (char === "\\") {
      if (!escaped.test(source[++at] ?? "")) return null;
    } else if (char === "(") {
      groupHead.lastIndex = at;
      const head = groupHead.exec(source)?.[0];
      if (head === undefined) return null;
      at += head.length - 1;
      depth += 1;
    } else if (char === ")") depth -= 1;
    else if (char === "|" && depth === 0) return null;
    else if (char === "[" || char === "{") {
      at = closing(source, at, char);
      if (at < 0) return null;
    }
  }
  end();
  return longest.length < LENGTH_MIN ? null : longest;
}

/** Returns the index of the `]` or `}` that closes the bracket at `from`, or -1. */
function closing(source: string, from: number, bracket: "[" | "{"): number {
  if (bracket === "{") return source.indexOf("}", from);
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === "]") return at;
  }
  return -1;
}
