import {
  Context,
  defaultOperators,
  filters as known,
  Liquid,
  TokenKind,
  toValue,
  type Emitter,
  type FilterImplOptions,
  type Template,
} from "liquidjs";

/** Bytes of a rendered body at the most. */
export const OUTPUT_MAX = 256 * 1024;
/** Tags, outputs, filters and comparisons of one rendering: some 20 ms. It counts, so that a failure does not depend on how busy a machine is. */
const STEPS_MAX = 20_000;
/** Characters and items that one rendering may handle. */
const MEMORY_MAX = 10_000_000;
/** For single steps that take long; far above what all the steps take. */
const TIME_MAX_MS = 500;
/** Characters of a text that is searched for: searching takes as long as both texts together, at worst times each other. */
const PATTERN_MAX = 256;

/** Why a template fails, and at which line of it. */
export class TemplateError extends Error {
  constructor(
    readonly line: number,
    readonly reason: string,
  ) {
    super(reason);
    this.name = "TemplateError";
  }
}

const tagsKept = [
  "assign",
  "for",
  "capture",
  "case",
  "comment",
  "if",
  "unless",
  "raw",
  "break",
  "continue",
  "cycle",
  "echo",
  "increment",
  "decrement",
  "liquid",
  "#",
];

// Nothing that is random, reads a file, compiles text of the event, or is not the same in the browser.
const filtersKept = [
  "append",
  "prepend",
  "upcase",
  "downcase",
  "capitalize",
  "strip",
  "lstrip",
  "rstrip",
  "strip_newlines",
  "strip_html",
  "squish",
  "truncate",
  "truncatewords",
  "slice",
  "split",
  "replace",
  "replace_first",
  "replace_last",
  "remove",
  "remove_first",
  "remove_last",
  "url_encode",
  "date",
  "plus",
  "minus",
  "times",
  "divided_by",
  "modulo",
  "round",
  "floor",
  "ceil",
  "abs",
  "at_least",
  "at_most",
  "join",
  "first",
  "last",
  "size",
  "map",
  "where",
  "reject",
  "find",
  "has",
  "sort",
  "sort_natural",
  "uniq",
  "compact",
  "reverse",
  "concat",
  "sum",
  "default",
] as const;
const searching: ReadonlySet<string> = new Set([
  "split",
  "replace",
  "replace_first",
  "replace_last",
  "remove",
  "remove_first",
  "remove_last",
]);

/**
 * What `{{ … }}` inserts: a text as it stands between the quotes of a JSON text, so that no value can end the text it is
 * in; a number, true or false as it is; nothing for a missing value; a list or an object as JSON that is escaped once more.
 */
function escapeOutput(value: unknown): string {
  const plain: unknown = toValue(value);
  if (plain === null || plain === undefined) return "";
  if (typeof plain === "string") return JSON.stringify(plain).slice(1, -1);
  if (typeof plain === "number" || typeof plain === "boolean") return JSON.stringify(plain);
  return JSON.stringify(JSON.stringify(plain) ?? "").slice(1, -1);
}

/** One Liquid for all templates: without tags that read files, with few filters, all of them counted. */
export function createEngine(): Liquid {
  const engine = new Liquid({
    outputEscape: escapeOutput,
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    templates: {},
    timezoneOffset: 0,
    locale: "en-US",
    operators: Object.fromEntries(
      Object.entries(defaultOperators).map(([name, operator]) => [name, counted(name, operator as Operator)]),
    ),
  });
  for (const name of Object.keys(engine.tags)) if (!tagsKept.includes(name)) Reflect.deleteProperty(engine.tags, name);
  for (const name of Object.keys(engine.filters)) Reflect.deleteProperty(engine.filters, name);
  for (const name of filtersKept) engine.registerFilter(name, countedFilter(name));
  engine.registerFilter("json", { raw: true, handler: toJson });
  engine.registerFilter("raw", { raw: true, handler: (value: unknown) => value });
  engine.renderer.renderTemplates = renderTemplates;
  return engine;
}

type Operator = (left: unknown, right: unknown, context: Context) => unknown;
type Handler = (this: { context: Context }, value: unknown, ...args: unknown[]) => unknown;

function counted(name: string, operator: Operator) {
  // Takes one value, which costs nothing.
  if (name === "not") return operator as never;
  return ((left: unknown, right: unknown, context: Context) => {
    context.renderLimit.check(0);
    if (name === "contains") {
      countLength(context, left);
      checkPattern(right);
    }
    return operator(left, right, context);
  }) as never;
}

function countedFilter(name: (typeof filtersKept)[number]): FilterImplOptions {
  const original = (known as unknown as Record<string, Handler>)[name]!;
  return function (this: { context: Context }, value: unknown, ...args: unknown[]) {
    this.context.renderLimit.check(0);
    countLength(this.context, value);
    if (searching.has(name)) checkPattern(args[0]);
    if (name !== "date") return original.call(this, value, ...args);
    // A resend has to say what was said before, and another time zone is a way to read one that is not there.
    if (value === "now" || value === "today")
      throw new Error(`"${value}" is not known here; use timestamp, which is that of the event`);
    return original.call(this, value, ...args.slice(0, 1));
  } as FilterImplOptions;
}

function countLength(context: Context, value: unknown): void {
  if (typeof value === "string" || Array.isArray(value)) context.memoryLimit.use(value.length);
}

function checkPattern(pattern: unknown): void {
  if (typeof pattern === "string" && pattern.length > PATTERN_MAX)
    throw new Error(`a text to search for has at most ${PATTERN_MAX} characters`);
}

const toJson: Handler = function (value, space = 0) {
  this.context.renderLimit.check(0);
  return (known as unknown as Record<string, Handler>).json!.call(this, toValue(value) ?? null, space) ?? "null";
};

/** A piece of the output and what wrote it. */
type Piece = { start: number; template: Template };

/** Collects output, counts it, and remembers what came from where. */
export class Writer implements Emitter {
  buffer = "";
  readonly pieces: Piece[] = [];
  private template: Template | null = null;
  /** @param most characters; a captured text counts with the memory alone */
  constructor(
    private readonly context: Context,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  from(template: Template): void {
    this.template = template;
  }

  write(html: unknown): void {
    const plain: unknown = toValue(html);
    const text =
      typeof plain === "string" ? plain : plain === null || plain === undefined ? "" : (JSON.stringify(plain) ?? "");
    if (text === "") return;
    this.context.memoryLimit.use(text.length);
    if (this.buffer.length + text.length > this.most) throw new Error(`the body is over ${this.most / 1_024} KB`);
    if (this.most < Number.POSITIVE_INFINITY && this.template)
      this.pieces.push({ start: this.buffer.length, template: this.template });
    this.buffer += text;
  }

  /** The line of the template that wrote the character at an offset of the output. */
  lineAt(offset: number): number {
    const piece = this.pieces.findLast(({ start }) => start <= offset);
    if (!piece) return 1;
    const { token } = piece.template;
    const isText = token.kind === TokenKind.HTML;
    const trimmed = isText ? (token as unknown as { trimLeft: number }).trimLeft : 0;
    return lineOf(token.input, token.begin + trimmed + (isText ? offset - piece.start : 0));
  }
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** In the place of the engine's own, which knows neither the writer nor the budget of captured text. */
function* renderTemplates(
  templates: Template[],
  context: Context,
  emitter?: Emitter,
): Generator<unknown, string, unknown> {
  const writer = emitter ?? new Writer(context);
  // A loop around nothing takes time too.
  context.renderLimit.check(0);
  for (const template of templates) {
    try {
      context.renderLimit.check(0);
      if (writer instanceof Writer) writer.from(template);
      const html = yield template.render(context, writer);
      if (html) writer.write(html);
    } catch (error) {
      throw error instanceof TemplateError
        ? error
        : new TemplateError(lineOf(template.token.input, template.token.begin), reasonOf(error));
    }
    if (context.breakCalled || context.continueCalled) break;
  }
  return writer.buffer;
}

/** What went wrong, without the places that the engine adds. */
export function reasonOf(error: unknown): string {
  const original = (error as { originalError?: unknown }).originalError ?? error;
  if (original instanceof RangeError && original.message.includes("call stack")) return "it is nested too deeply";
  const message = original instanceof Error ? original.message : String(original);
  return message.replace(/, (?:file:.*?, )?line:\d+, col:\d+$/s, "").slice(0, 300);
}

/** @param nowMs tells how long it takes, in the place of a clock of its own */
export function createContext(engine: Liquid, scope: object, nowMs: () => number): Context {
  const context = new Context(scope, engine.options, { sync: true }, { liquid: engine });
  const until = nowMs() + TIME_MAX_MS;
  let steps = 0;
  let memory = 0;
  context.renderLimit.check = () => {
    steps += 1;
    if (steps > STEPS_MAX) throw new Error(`it takes more than ${STEPS_MAX.toLocaleString("en-US")} steps`);
    if (nowMs() > until) throw new Error(`it takes longer than ${TIME_MAX_MS} ms`);
  };
  context.memoryLimit.use = (count) => {
    if (!(count > 0)) return;
    memory += count;
    if (memory > MEMORY_MAX) throw new Error("it handles too much text");
  };
  return context;
}
