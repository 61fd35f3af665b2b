import type { EventColumn } from "../../event-source/event-source";
import { isExactAsDouble, isNumberText } from "../../json/decimal";
import { findPositionInText } from "../../json/read-json";
import { checkFilter, type FilterableSource } from "../check-filter";
import type { FilterTextProblem } from "../filter-json";
import { getKeyRequirement, getValueKind } from "../operators";
import type { ConditionValue, Filter, FilterCondition, FilterGroup, FilterNode, Operator } from "../schema";
import { emptyFilter, filterLimits } from "../schema";
import { findColumn, findOperator, describeUnknownColumn, describeUnknownOperator } from "./phrases";
import { FilterTextError, readFilterTokens, type FilterToken } from "./tokens";

export type ParsedFilterText = { filter: Filter; problems: null } | { filter: null; problems: FilterTextProblem[] };

/**
 * Parses the text form of a filter, see `formatFilterText`. A column is named by its label or id, an operator by its
 * words or sign. A text with a syntax error gives that one problem. Otherwise the result has every problem that
 * `checkFilter` finds.
 */
export function parseFilterText(text: string, source: FilterableSource): ParsedFilterText {
  try {
    const parser = new Parser(readFilterTokens(text), text, source);
    const filter = parser.whole();
    const problems = checkFilter(source, filter).map(({ path, message }) => {
      return problemAt(text, parser.placeOf(nodeAt(filter, path)), message);
    });
    return problems.length > 0 ? { filter: null, problems } : { filter, problems: null };
  } catch (error) {
    if (error instanceof FilterTextError) return { filter: null, problems: [problemAt(text, error.at, error.message)] };
    throw error;
  }
}

const problemAt = (text: string, at: number, message: string): FilterTextProblem => ({
  ...findPositionInText(text, at),
  path: "",
  message,
});

function nodeAt(filter: Filter, path: readonly number[]): FilterNode {
  return path.reduce<FilterNode>(
    (node, index) => (node.type === "group" ? (node.children[index] ?? node) : node),
    filter,
  );
}

/** The most levels of brackets. Deeper brackets are refused before the recursion exhausts the stack. */
const DEPTH_MAX = filterLimits.depthMax * 4;

class Parser {
  #next = 0;
  #depth = 0;
  readonly #places = new Map<FilterNode, number>();

  constructor(
    private readonly tokens: readonly FilterToken[],
    private readonly text: string,
    private readonly source: FilterableSource,
  ) {}

  placeOf(node: FilterNode): number {
    return this.#places.get(node) ?? 0;
  }

  whole(): Filter {
    if (this.tokens.length === 0) this.fail(`There is no filter. Write "every ${this.source.noun.one}" to match all.`);
    const [first, second] = this.tokens;
    if (this.tokens.length === 2 && isWordToken(first, "every") && isWordToken(second, this.source.noun.one))
      return emptyFilter;
    const node = this.expression();
    if (this.peek()) {
      this.fail(
        this.isSign(")")
          ? 'This ")" closes nothing. Remove it.'
          : `"${this.peek()?.value}" is not expected here. Write "and" or "or" between conditions.`,
      );
    }
    return node.type === "group" ? node : { type: "group", match: "all", children: [node] };
  }

  /** Parses conditions and groups with `and` or `or` between them. */
  private expression(): FilterNode {
    const at = this.place();
    const children = [this.item()];
    let joined: string | null = null;
    for (;;) {
      const comma = this.isSign(",") ? 1 : 0;
      const word = this.peek(comma);
      if (!isWordToken(word, "and") && !isWordToken(word, "or")) break;
      this.#next += comma;
      if (joined !== null && word.value !== joined)
        this.fail('"and" and "or" stand side by side. Put brackets around the conditions that belong together.');
      joined = word.value;
      this.#next += 1;
      children.push(this.item());
    }
    const [only] = children;
    if (joined === null && only) return only;
    return this.placed(at, { type: "group", match: joined === "or" ? "any" : "all", children });
  }

  private item(): FilterNode {
    const token = this.peek();
    if (this.isSign("(")) return this.bracketed(() => this.expression());
    const match = token?.value;
    const isList = token?.kind === "word" && isWordToken(this.peek(1), "of") && this.isSign("(", 2);
    if (isList && (match === "all" || match === "any" || match === "none")) {
      const at = this.place();
      this.#next += 2;
      return this.placed(
        at,
        this.bracketed(() => ({ type: "group", match, children: this.listed() })),
      );
    }
    return this.condition();
  }

  private bracketed<T>(inner: () => T): T {
    const open = this.place();
    this.#next += 1;
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX)
      throw new FilterTextError(open, `Groups are nested at most ${filterLimits.depthMax} levels deep.`);
    const result = inner();
    if (!this.peek()) throw new FilterTextError(open, 'This "(" is not closed. Add ")".');
    if (!this.isSign(")")) {
      this.fail(`"${this.peek()?.value}" is not expected here. Write "and" or "or" between conditions, or ")".`);
    }
    this.#next += 1;
    this.#depth -= 1;
    return result;
  }

  private listed(): FilterNode[] {
    const children: FilterNode[] = [];
    while (!this.isSign(")")) {
      children.push(this.expression());
      if (!this.isSign(",") && !this.isSign(";")) break;
      this.#next += 1;
    }
    return children;
  }

  private condition(): FilterCondition {
    const at = this.place();
    const token = this.peek();
    if (!token) this.fail("A condition is missing here: a column, an operator and a value.");
    const found = findColumn(this.source, this.tokens, this.#next);
    if (!found) this.fail(describeUnknownColumn(this.source, token));
    this.#next += found.length;
    const { column } = found;
    const key = this.key(column);
    const operator = this.operator(column);
    const value = this.value(column, operator);
    const condition: FilterCondition = {
      type: "condition",
      column: column.id,
      ...(key === undefined ? {} : { key }),
      operator,
      ...(value === undefined ? {} : { value }),
    };
    return this.placed(at, condition);
  }

  private key(column: EventColumn<unknown>): string | undefined {
    const isAt = isWordToken(this.peek(), "at") && this.peek(1)?.kind === "text" ? 1 : 0;
    const token = this.peek(isAt);
    if (token?.kind !== "text") return undefined;
    if (getKeyRequirement(column.type, "is not null") === "none")
      this.fail(`${column.label} has no keys. Remove ${JSON.stringify(token.value)}.`);
    this.#next += isAt + 1;
    return token.value;
  }

  private operator(column: EventColumn<unknown>): Operator {
    const found = findOperator(column, this.tokens, this.#next);
    if (!found) this.fail(describeUnknownOperator(column, this.peek()));
    this.#next += found.length;
    return found.operator;
  }

  private value(column: EventColumn<unknown>, operator: Operator): ConditionValue | undefined {
    const kind = getValueKind(column.type, operator);
    if (kind === "none") return undefined;
    if (kind === "list") return this.list(column);
    const token = this.valueToken(column);
    if (kind === "number") return this.number(column, token);
    if (kind !== "boolean") return token.value;
    if (token.value === "true" || token.value === "false") return token.value === "true";
    throw new FilterTextError(token.at, `${column.label} needs true or false.`);
  }

  private valueToken(column: EventColumn<unknown>): FilterToken {
    const token = this.peek();
    const isValue = token?.kind === "text" || (token?.kind === "word" && !isJoin(token));
    if (!token || !isValue) this.fail(`A value for ${column.label} is missing here.`);
    this.#next += 1;
    return token;
  }

  /**
   * Parses the number of a condition. Digits in quotes stay text, as do digits that a JavaScript number would round.
   */
  private number(column: EventColumn<unknown>, { kind, value: digits, at }: FilterToken): string | number {
    if (!isNumberText(digits))
      throw new FilterTextError(at, `${column.label} needs a number, such as 5, not "${digits}".`);
    const unit = this.peek();
    if (unit?.kind === "word" && !isJoin(unit)) {
      if (unit.value !== column.unit) this.fail(unitMessage(column, digits, unit.value));
      this.#next += 1;
    }
    return kind === "word" && isExactAsDouble(digits) ? Number(digits) : digits;
  }

  /** Parses values with commas between them. A comma before the next condition of a group ends the list. */
  private list(column: EventColumn<unknown>): string[] {
    const values = [this.valueToken(column).value];
    while (this.isSign(",")) {
      const [value, after] = [this.peek(1), this.peek(2)];
      const isValue = value?.kind === "text" || (value?.kind === "word" && !isJoin(value));
      const isEnd = after === undefined || isJoin(after) || (after.kind === "sign" && /[),;]/.test(after.value));
      if (!isValue || !isEnd) break;
      values.push(value.value);
      this.#next += 2;
    }
    return values;
  }

  private placed<T extends FilterGroup | FilterCondition>(at: number, node: T): T {
    this.#places.set(node, at);
    return node;
  }

  private peek(ahead = 0): FilterToken | undefined {
    return this.tokens[this.#next + ahead];
  }

  private isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === "sign" && token.value === sign;
  }

  private place(): number {
    return this.peek()?.at ?? this.text.trimEnd().length;
  }

  private fail(message: string): never {
    throw new FilterTextError(this.place(), message);
  }
}

function isWordToken<W extends string>(token: FilterToken | undefined, word: W): token is FilterToken & { value: W } {
  return token?.kind === "word" && token.value === word;
}

const isJoin = (token: FilterToken): boolean => isWordToken(token, "and") || isWordToken(token, "or");

function unitMessage(column: EventColumn<unknown>, number: string, unit: string): string {
  return column.unit
    ? `${column.label} is in ${column.unit}, not in ${unit}. Write ${number} ${column.unit}.`
    : `${column.label} has no unit. Remove "${unit}".`;
}
