import { AppError } from "@/server/errors";
import { isStorable } from "@/server/services/storable-text";

/** Values of an input at the most, each counted as often as it is mentioned. */
const VALUES_MAX = 100_000;

/**
 * What holds for every call's input, whatever its schema: texts that the database can hold, and a size that a schema
 * can walk. The size is not that of the request: superjson lets a few kilobytes mention one object a billion times,
 * or inside itself.
 * @throws AppError BAD_REQUEST with the field of a text that cannot be stored
 */
export function checkInput(input: unknown): void {
  const left: { value: unknown; path: string }[] = [{ value: input, path: "" }];
  let seen = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (++seen > VALUES_MAX) throw new AppError("BAD_REQUEST", "The input holds too many values.");
    if (typeof value === "string" && !isStorable(value)) throw unstorable(path);
    if (typeof value !== "object" || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isStorable(key)) throw unstorable(path);
      left.push({ value: child, path: path === "" ? key : `${path}.${key}` });
    }
  }
}

function unstorable(path: string): AppError {
  const message = "It holds a character that cannot be stored: NUL, or half of a surrogate pair. Remove it.";
  return new AppError("BAD_REQUEST", "Some fields need a change.", path === "" ? {} : { fields: { [path]: message } });
}
