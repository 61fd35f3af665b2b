import { AppError } from "@/server/errors";
import { isStorableText } from "@/server/services/storable-text";

/** The most values in one input, counted with nested values. A value that several places refer to counts each time. */
const VALUES_MAX = 100_000;

/**
 * Checks the input of every tRPC and REST call before its schema does. It refuses text that the database cannot store,
 * and inputs with too many values. The request's size bounds no input: superjson lets a few kilobytes refer to one
 * object a billion times, or to itself.
 * @throws AppError BAD_REQUEST, with the field of a text that cannot be stored
 */
export function checkCallInput(input: unknown): void {
  const left: { value: unknown; path: string }[] = [{ value: input, path: "" }];
  let seen = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (++seen > VALUES_MAX) throw new AppError("BAD_REQUEST", "The input holds too many values.");
    if (typeof value === "string" && !isStorableText(value)) throw unstorable(path);
    if (typeof value !== "object" || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isStorableText(key)) throw unstorable(path);
      left.push({ value: child, path: path === "" ? key : `${path}.${key}` });
    }
  }
}

function unstorable(path: string): AppError {
  const message = "It holds a character that cannot be stored: NUL, or half of a surrogate pair. Remove it.";
  return new AppError("BAD_REQUEST", "Some fields need a change.", path === "" ? {} : { fields: { [path]: message } });
}
