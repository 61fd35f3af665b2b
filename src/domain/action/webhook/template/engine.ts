import {
  CaseTag,
  type Context,
  CycleTag,
  defaultOperators,
  evalToken,
  ForTag,
  Liquid,
  TokenKind,
  toValue,
  type Emitter,
  type Template,
} from "liquidjs";
import { stringifyJson } from "../../../json/long-number";
import { readRenderBudget } from "./counted-context";
import {
  checkSearchTextLength,
  makeCountedFilter,
  countSearchSteps,
  escapeCountedOutput,
  allowedLiquidFilters,
  countedJsonFilter,
} from "./counted-filters";

/** The most bytes of a rendered body. */
export const RENDERED_BYTES_MAX = 256 * 1024;
/** The error of a template that cannot be rendered. `line` is the line of the template. */
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

/**
 * Makes the Liquid engine of all templates. The engine has no tags that read files. It has few filters, and counts the
 * work of those that read lists or texts.
 */
export function createTemplateEngine(): Liquid {
  const engine = new Liquid({
    outputEscape: escapeCountedOutput,
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
  engine.registerTag("for", CountedForTag);
  engine.registerTag("case", CountedCaseTag);
  engine.registerTag("cycle", CountedCycleTag);
  for (const name of Object.keys(engine.filters)) Reflect.deleteProperty(engine.filters, name);
  for (const name of allowedLiquidFilters) engine.registerFilter(name, makeCountedFilter(name));
  engine.registerFilter("json", { raw: true, handler: countedJsonFilter });
  engine.registerFilter("raw", { raw: true, handler: (value: unknown) => value });
  engine.renderer.renderTemplates = renderTemplates;
  return engine;
}

type Operator = (left: unknown, right: unknown, context: Context) => unknown;

function counted(name: string, operator: Operator) {
  // `not` takes one value and costs nothing, so it is not counted.
  if (name === "not") return operator as never;
  return ((left: unknown, right: unknown, context: Context) => {
    const budget = readRenderBudget(context);
    if (name === "contains") {
      checkSearchTextLength(right);
      countSearchSteps(budget, left, right);
    } else if (Array.isArray(left) && Array.isArray(right)) budget.flatten(left);
    else budget.text(left);
    return operator(left, right, context);
  }) as never;
}

/**
 * Counts the work of a `for`: the Liquid engine copies a list before the first round, and makes a list from an object.
 */
class CountedForTag extends ForTag {
  override *render(context: Context, emitter: Emitter): ReturnType<ForTag["render"]> {
    if (this.collection.kind !== TokenKind.Range) {
      const collection: unknown = toValue(yield evalToken(this.collection, context));
      if (typeof collection === "object" && collection !== null) readRenderBudget(context).work(sizeOf(collection));
    }
    return yield* super.render(context, emitter);
  }
}

class CountedCaseTag extends CaseTag {
  override *render(context: Context, emitter: Emitter): ReturnType<CaseTag["render"]> {
    const target: unknown = toValue(yield this.value.value(context));
    const values = this.branches.reduce((sum, branch) => sum + branch.values.length, 0);
    readRenderBudget(context).work(values);
    if (typeof target === "string") readRenderBudget(context).text(target, values / 4);
    yield* super.render(context, emitter);
  }
}

/** Counts the work of a `cycle`: the Liquid engine keeps its position under a name that joins all its values. */
class CountedCycleTag extends CycleTag {
  override *render(context: Context, emitter: Emitter): ReturnType<CycleTag["render"]> {
    readRenderBudget(context).work((this as unknown as { candidates: unknown[] }).candidates.length);
    return yield* super.render(context, emitter);
  }
}

const sizeOf = (value: object): number => (Array.isArray(value) ? value.length : Object.keys(value).length);

/** A piece of the output, and the part of the template that wrote the piece. */
type Piece = { start: number; template: Template };

/** Collects the output of a rendering, counts it, and records which part of the template wrote each piece. */
export class TemplateOutput implements Emitter {
  buffer = "";
  readonly pieces: Piece[] = [];
  private template: Template | null = null;
  /** @param most the most characters of the output; left out for captured text, which only the memory limit bounds */
  constructor(
    private readonly context: Context,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  from(template: Template): void {
    this.template = template;
  }

  write(html: unknown): void {
    const plain: unknown = toValue(html);
    const text = typeof plain === "string" ? plain : plain === null || plain === undefined ? "" : stringifyJson(plain);
    if (text === "") return;
    readRenderBudget(this.context).allocate(text.length);
    if (this.buffer.length + text.length > this.most) throw new Error(`the body is over ${this.most / 1_024} KB`);
    if (this.most < Number.POSITIVE_INFINITY && this.template)
      this.pieces.push({ start: this.buffer.length, template: this.template });
    this.buffer += text;
  }

  /** Returns the line of the template that wrote the character at an offset of the output. */
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

/**
 * Renders the parts of a template. This function replaces the Liquid engine's own method, which does not count work.
 */
function* renderTemplates(
  templates: Template[],
  context: Context,
  emitter?: Emitter,
): Generator<unknown, string, unknown> {
  const writer = emitter ?? new TemplateOutput(context);
  const budget = readRenderBudget(context);
  // Each call counts steps, because a loop with an empty body takes time too.
  budget.work(NODE_STEPS);
  for (const template of templates) {
    try {
      // A longer tag may hold more names and values, so it counts more steps.
      const { token } = template;
      budget.work(NODE_STEPS + (token.kind === TokenKind.HTML ? 0 : (token.end - token.begin) / 4));
      if (writer instanceof TemplateOutput) writer.from(template);
      const html = yield template.render(context, writer);
      if (html) writer.write(html);
    } catch (error) {
      throw error instanceof TemplateError
        ? error
        : new TemplateError(lineOf(template.token.input, template.token.begin), describeTemplateError(error));
    }
    if (context.breakCalled || context.continueCalled) break;
  }
  return writer.buffer;
}

/**
 * Returns the first 300 characters of a template error's message, without the positions that the Liquid engine adds. A
 * stack overflow gives "it is nested too deeply" instead.
 */
export function describeTemplateError(error: unknown): string {
  const original = (error as { originalError?: unknown }).originalError ?? error;
  if (original instanceof RangeError && original.message.includes("call stack")) return "it is nested too deeply";
  const message = original instanceof Error ? original.message : String(original);
  return message.replace(/, (?:file:.*?, )?line:\d+, col:\d+$/s, "").slice(0, 300);
}

/** The least steps that the budget counts for a tag, an output, a piece of text or a call. Their length adds steps. */
const NODE_STEPS = 5;
