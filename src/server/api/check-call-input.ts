import { AppError } from "@/server/errors";
import { isStorableText } from "@/server/services/storable-text";

/** The most values of an input. A value counts once for each reference to it. */
const VALUES_MAX = 100_000;

/**
 * Checks the input of every call before its schema: the database can store its texts, and the input is not too large
 * for a schema. The request's size does not bound an input: with superjson a few kilobytes can refer to one object a
 * billion times, or to itself.
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
