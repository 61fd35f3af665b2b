import { compileExpression, type CelExpression } from "../expression";
import { parseDuration } from "./duration";

/** Names of options in the app's code, by their names in a registration, where the two differ. */
const WRITTEN_AS: Record<string, string> = { cancel: "cancelOn" };
const WAIT_MAX_MS = 366 * 86_400_000;

export type JsonObjectMembers = Record<string, unknown>;

/** A function's configuration is wrong. The message names the function and the option. */
export class FunctionConfigError extends Error {
  constructor(functionId: string, option: string, problem: string) {
    super(`Function "${functionId}": option ${option} ${problem}`);
    this.name = "FunctionConfigError";
  }
}

/** A function uses a feature that the embedded engine lacks. The message says what to change. */
export class UnsupportedFeatureError extends Error {
  constructor(functionId: string, what: string) {
    super(
      `Function "${functionId}" asks for ${what}, which the embedded engine does not do. ` +
        "Remove it from the function, or run the functions on an Inngest server",
    );
    this.name = "UnsupportedFeatureError";
  }
}

export function readExpressionOption(id: string, option: string, source: unknown): CelExpression | null {
  if (source === undefined || source === null || source === "") return null;
  try {
    return compileExpression(String(source));
  } catch (error) {
    throw new FunctionConfigError(id, option, `"${String(source)}" cannot be read: ${(error as Error).message}`);
  }
}

/** Reads an option that holds a duration between `min` and `max`, and returns ms. */
export function readDurationOption(
  { id, option }: { id: string; option: string },
  value: unknown,
  { min, max = WAIT_MAX_MS }: { min: number; max?: number },
): number {
  const ms = typeof value === "string" ? parseDuration(value) : null;
  if (ms === null)
    throw new FunctionConfigError(
      id,
      option,
      `must be a duration such as "2s" or "1h30m", not ${JSON.stringify(value)}`,
    );
  if (ms < min || ms > max)
    throw new FunctionConfigError(id, option, `must be between ${min / 1000} s and ${spell(max)}`);
  return ms;
}

function spell(ms: number): string {
  return ms < 86_400_000 ? `${ms / 60_000} min` : `${ms / 86_400_000} days`;
}

export function readIntegerOption(
  { id, option }: { id: string; option: string },
  value: unknown,
  { min, max }: { min: number; max: number },
): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new FunctionConfigError(
    id,
    option,
    `must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`,
  );
}

/** Refuses unknown members of an option. @throws UnsupportedFeatureError for a member that is set and not in `known` */
export function refuseUnknownMembers(
  { id, prefix }: { id: string; prefix: string },
  value: JsonObjectMembers,
  known: string[],
): void {
  for (const key of Object.keys(value))
    if (!known.includes(key) && value[key] !== undefined) {
      throw new UnsupportedFeatureError(id, prefix + (WRITTEN_AS[key] ?? key));
    }
}

export function toOptionList(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
