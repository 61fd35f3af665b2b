import { createHash } from "node:crypto";
import { parse, type ASTNode, type ParseResult } from "@marcbachmann/cel-js";
import type { EventView } from "./event";

/** What an expression can name: `event`, and in a pause the event that just came as `async`. */
export type Scope = { event: EventView; async?: EventView };

export type Expression = { source: string; program: ParseResult; equality: Equality | null };

/** A condition of an `&&` that compares a field of the new event with one of the run's first event or a constant. */
type Equality = { asyncPath: string; other: { path: string[] } | { constant: unknown } };

const compiled = new Map<string, Expression>();
const COMPILED_MAX = 1000;

/** Compiles CEL. Throws cel-js's ParseError, whose message points at the place. */
export function compileExpression(source: string): Expression {
  const known = compiled.get(source);
  if (known) return known;
  const program = parse(source);
  const expression = { source, program, equality: findEquality(program.ast) };
  // Expressions of waits hold values of their run, so their number has no bound of its own.
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

/** Whether the expression holds. As on an Inngest server a missing field is null, and an error is a no. */
export function holds(expression: Expression, scope: Scope): boolean {
  return Boolean(evaluate(expression, scope));
}

/** The value as the text of a key (of a batch or of a concurrency limit); "" where there is none. */
export function keyOf(expression: Expression, event: EventView): string {
  const value = evaluate(expression, { event });
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  return shorten(text.replaceAll("\u0000", "\uFFFD"));
}

function evaluate(expression: Expression, scope: Scope): unknown {
  try {
    return expression.program({ event: lenient(scope.event), async: lenient(scope.async ?? null) });
  } catch {
    return null;
  }
}

/** Reads of members that are not there give null, where cel-js throws. cel-js tells objects by their constructor. */
function lenient(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return new Proxy(value as Record<string, unknown>, {
    get: (target, key) =>
      key === "constructor"
        ? Object
        : typeof key === "string" && Object.hasOwn(target, key)
          ? lenient(target[key])
          : null,
    has: () => true,
    getOwnPropertyDescriptor: (target, key) =>
      Reflect.getOwnPropertyDescriptor(target, key) ?? { configurable: true, enumerable: true, value: null },
  });
}

/**
 * What a new event must hold to resume or cancel, as one indexable pair: thousands of runs may wait for the same
 * event name, each for its own id, and evaluating every expression on every event would not do.
 * null when the expression has no such equality: then it is evaluated for each event of that name.
 */
export function requiredMatch(expression: Expression, event: EventView): { path: string; value: string } | null {
  const { equality } = expression;
  if (!equality) return null;
  const value = "path" in equality.other ? read({ event }, equality.other.path) : equality.other.constant;
  return { path: equality.asyncPath, value: matchValue(value) };
}

/** The value at a path such as `data.executionId`, in the form that `requiredMatch` gives. */
export function valueAt(event: EventView, path: string): string {
  return matchValue(read(event, path.split(".")));
}

function read(from: unknown, path: string[]): unknown {
  let value = from;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function matchValue(value: unknown): string {
  return shorten(typeof value === "bigint" ? value.toString() : (JSON.stringify(value ?? null) ?? "null"));
}

/** Index entries have to stay small. */
function shorten(text: string): string {
  return text.length <= 200 ? text : createHash("sha256").update(text).digest("hex");
}

function findEquality(node: ASTNode): Equality | null {
  if (node.op === "&&") return findEquality(node.args[0]) ?? findEquality(node.args[1]);
  if (node.op !== "==") return null;
  return equalityOf(node.args[0], node.args[1]) ?? equalityOf(node.args[1], node.args[0]);
}

function equalityOf(left: ASTNode, right: ASTNode): Equality | null {
  const path = pathOf(left);
  if (path?.[0] !== "async" || path.length < 2) return null;
  const asyncPath = path.slice(1).join(".");
  if (right.op === "value") return { asyncPath, other: { constant: right.args } };
  const other = pathOf(right);
  return other?.[0] === "event" ? { asyncPath, other: { path: other } } : null;
}

/** `a.b.c` as ["a","b","c"]; null for anything else, and for keys that a dotted path cannot name. */
function pathOf(node: ASTNode): string[] | null {
  if (node.op === "id") return [node.args];
  if (node.op !== "." && node.op !== "[]") return null;
  const base = pathOf(node.args[0]);
  const key = node.op === "." ? node.args[1] : node.args[1].op === "value" ? node.args[1].args : null;
  return base && typeof key === "string" && !key.includes(".") ? [...base, key] : null;
}
