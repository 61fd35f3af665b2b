/** Where something is in a text: both count from 1. */
export type TextPlace = { line: number; column: number };

/** Why a text is no JSON, and where. */
export type JsonProblem = { message: string; at: number };

type Step = string | number;

/** Deeper than anything we read; so no text can exhaust the stack. */
const DEPTH_MAX = 200;

/**
 * Reads JSON (RFC 8259) and knows where everything stands, which JSON.parse does not tell alike in all engines.
 * `locate` gives the offset of the value at a path, or of the nearest value around it.
 */
export function readJsonText(
  text: string,
): { value: unknown; locate(path: readonly PropertyKey[]): number; problem: null } | { problem: JsonProblem } {
  const reader = new Reader(text);
  try {
    reader.whole();
    return { value: JSON.parse(text) as unknown, locate: (path) => reader.locate(path), problem: null };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: { message: error.message, at: error.at } };
    throw error;
  }
}

/** The line and column of an offset; columns count UTF-16 units, as editors do. */
export function placeInText(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

class Unreadable extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** A walk over the text that keeps the offset of every value, by its path. */
class Reader {
  private at = 0;
  private readonly offsets = new Map<string, number>();

  constructor(private readonly text: string) {}

  whole(): void {
    this.value([]);
    this.space();
    if (this.at < this.text.length) this.fail(`There is more after the end of the JSON: ${this.seen()}`);
  }

  locate(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const found = this.offsets.get(JSON.stringify(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return 0;
  }

  private value(path: Step[]): void {
    this.space();
    this.offsets.set(JSON.stringify(path), this.at);
    if (path.length > DEPTH_MAX) this.fail("This is nested too deeply");
    const char = this.text[this.at];
    if (char === "{") this.object(path);
    else if (char === "[") this.list(path);
    else if (char === '"') this.string();
    else this.word();
  }

  private object(path: Step[]): void {
    this.at += 1;
    if (this.takes("}")) return;
    do {
      this.space();
      if (this.text[this.at] === "}") this.fail("There is a comma before the closing }");
      if (this.text[this.at] !== '"') this.fail(`A name in double quotes is missing before ${this.seen()}`);
      const name = this.string();
      if (!this.takes(":")) this.fail(`A colon is missing after "${name}"`);
      this.value([...path, name]);
    } while (this.takes(","));
    if (!this.takes("}")) this.fail(`A comma or } is missing before ${this.seen()}`);
  }

  private list(path: Step[]): void {
    this.at += 1;
    if (this.takes("]")) return;
    let index = 0;
    do {
      this.space();
      if (this.text[this.at] === "]") this.fail("There is a comma before the closing ]");
      this.value([...path, index++]);
    } while (this.takes(","));
    if (!this.takes("]")) this.fail(`A comma or ] is missing before ${this.seen()}`);
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    while (this.isInString()) this.at += 1;
    const char = this.text[this.at];
    if (char === '"') {
      this.at += 1;
      return JSON.parse(this.text.slice(start, this.at)) as string;
    }
    if (char === "\\") return this.fail("A backslash stands before a character it cannot escape");
    const isOpen = char === undefined || char === "\n" || char === "\r";
    return this.fail(isOpen ? "The closing double quote is missing" : "A control character has to be escaped");
  }

  /** Moves on to the last character of an escape. By hand, as an expression's stack ends before a long text does. */
  private isInString(): boolean {
    const char = this.text[this.at];
    if (char === "\\") {
      const escape = this.match(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y);
      if (escape !== null) this.at -= 1;
      return escape !== null;
    }
    return char !== undefined && char !== '"' && char >= " ";
  }

  private word(): void {
    const isLiteral =
      this.match(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y) !== null;
    if (isLiteral) return;
    if (this.text[this.at] === "'") this.fail("Text stands in double quotes, not in single ones");
    if (this.text.startsWith("/", this.at)) this.fail("JSON has no comments");
    this.fail(`A value is missing before ${this.seen()}`);
  }

  private takes(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private space(): void {
    this.match(/[ \t\r\n]*/y);
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private seen(): string {
    if (this.at >= this.text.length) return "the end of the text";
    const word = /^(?:[\w.+-]{1,20}|.)/u.exec(this.text.slice(this.at, this.at + 40))?.[0] ?? "a line break";
    return word === "'" ? "a single quote" : word;
  }

  private fail(message: string): never {
    throw new Unreadable(`${message}.`, this.at);
  }
}
