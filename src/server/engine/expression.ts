import { createHash } from "node:crypto";
import { parse, type ParseResult } from "@marcbachmann/cel-js";
import type { EventForExpressions } from "./event";

export type CelExpression = { source: string; program: ParseResult };

/**
 * Compiles a CEL expression.
 * @throws ParseError of cel-js; its message names the place of the fault
 */
export function compileExpression(source: string): CelExpression {
  return { source, program: parse(source) };
}

/**
 * Tells whether an expression is true for an event. A missing field reads as null. An error counts as false, as on an
 * Inngest server.
 */
export function isExpressionTrue(expression: CelExpression, event: EventForExpressions): boolean {
  return Boolean(evaluate(expression, event));
}

/**
 * Evaluates the expression of a batch key or concurrency key for an event. The result is text: "" for a missing value
 * or an error, and a hash for a long value.
 */
export function evaluateKeyExpression(expression: CelExpression, event: EventForExpressions): string {
  const value = evaluate(expression, event);
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  return shorten(text.replaceAll("\u0000", "\uFFFD"));
}

function evaluate(expression: CelExpression, event: EventForExpressions): unknown {
  try {
    return expression.program({ event: lenient(event) });
  } catch {
    return null;
  }
}

/**
 * Wraps an object so that CEL reads its missing members as null; cel-js alone would throw. Lists and their items stay
 * as they are. cel-js recognises objects by their constructor.
 */
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

/** Replaces a key above 200 characters by its hash, because PostgreSQL limits the size of an index entry. */
function shorten(text: string): string {
  return text.length <= 200 ? text : createHash("sha256").update(text).digest("hex");
}
