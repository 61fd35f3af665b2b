/**
 * The first fault of a text that is not JSON. `at` is its offset. The reason quotes nothing of the text, because people
 * without `body:read` may see the reason.
 */
export type BodyJsonProblem = { at: number; reason: string };

const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w))|$)/y;

/** The parts of JSON that may follow at a position. */
type Expected = "value" | "value or ]" | "name or }" | "name" | "colon" | "comma or end";

const expectedWords: Record<Expected, string> = {
  value: "a value",
  "value or ]": 'a value or "]"',
  "name or }": 'a name in quotes or "}"',
  name: "a name in quotes",
  colon: 'a ":"',
  "comma or end": 'a "," or the end of what is open',
};

/**
 * Finds the first fault of a text that should be JSON; null if the text is JSON. The search works without recursion, so
 * that deep nesting cannot exhaust the stack.
 */
export function findBodyJsonProblem(text: string): BodyJsonProblem | null {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  token.lastIndex = 0;
  for (;;) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (!match) {
      const at = afterBlanks(text, from);
      return { at, reason: text[at] === '"' ? brokenText(text, at) : reasonFor(expected, open.length === 0) };
    }
    const [whole, mark, string, scalar] = match;
    const at = from + whole.length - (mark ?? string ?? scalar ?? "").length;
    if (!mark && string === undefined && !scalar) {
      if (open.length === 0 && expected === "comma or end") return null;
      return { at, reason: `the end came where ${expectedWords[expected]} was expected` };
    }
    const next: Expected | null = mark ? afterMark(mark, expected, open) : afterValue(string !== undefined, expected);
    // A missing value is reported directly behind the part that needs it, not on the next line.
    if (next === null)
      return {
        at: mark && expected === "value" && from > 0 ? from - 1 : at,
        reason: reasonFor(expected, open.length === 0),
      };
    expected = next;
  }
}

function afterValue(isString: boolean, expected: Expected): Expected | null {
  if (expected === "value" || expected === "value or ]") return "comma or end";
  return isString && (expected === "name" || expected === "name or }") ? "colon" : null;
}

function afterMark(mark: string, expected: Expected, open: ("{" | "[")[]): Expected | null {
  const innermost = open.at(-1);
  const takesValue = expected === "value" || expected === "value or ]";
  switch (mark) {
    case "{":
    case "[":
      if (!takesValue) return null;
      open.push(mark);
      return mark === "{" ? "name or }" : "value or ]";
    case "}":
    case "]":
      if (innermost !== (mark === "}" ? "{" : "[")) return null;
      if (expected !== "comma or end" && expected !== (mark === "}" ? "name or }" : "value or ]")) return null;
      open.pop();
      return "comma or end";
    case ",":
      if (expected !== "comma or end" || !innermost) return null;
      return innermost === "{" ? "name" : "value";
    default:
      return expected === "colon" ? "value" : null;
  }
}

const reasonFor = (expected: Expected, isOutermost: boolean): string =>
  isOutermost && expected === "comma or end"
    ? "there is more after the end of the value"
    : `${expectedWords[expected]} was expected here`;

/** Describes the fault of a JSON string: it does not end, or it holds a character that must be escaped. */
function brokenText(text: string, at: number): string {
  const inside = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
  inside.lastIndex = at + 1;
  inside.exec(text);
  const stop = text[inside.lastIndex];
  if (stop === undefined) return "a text is not closed with a quote";
  return stop === "\\"
    ? "a text holds a \\ that escapes nothing"
    : "a text holds a line break or a control character that is not escaped";
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text[at]!)) at += 1;
  return at;
}
