import { isInYearsOfCalendar } from "@/domain/filter/parse-instant";
import { AppError } from "@/server/errors";
import { isStorableText } from "@/server/services/storable-text";

/** The most values in one input, counted with nested values. A value that several places refer to counts each time. */
const VALUES_MAX = 100_000;

/**
 * Checks the input of every call of tRPC, REST and MCP. It refuses texts and times that the database cannot store, and
 * inputs with too many values. The request's size bounds no input: superjson lets a few kilobytes refer to one object a
 * billion times, or to itself.
 * @throws AppError BAD_REQUEST, with the field of a text or a time that cannot be stored
 */
export function checkCallInput(input: unknown): void {
  const left: { value: unknown; path: string }[] = [{ value: input, path: "" }];
  let seen = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next;
    if (++seen > VALUES_MAX) throw new AppError("BAD_REQUEST", "The input holds too many values.");
    if (typeof value === "string" && !isStorableText(value)) throw fault(path, UNSTORABLE);
    if (value instanceof Date && !isInYearsOfCalendar(value.getTime())) throw fault(path, OUT_OF_CALENDAR);
    if (typeof value !== "object" || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isStorableText(key)) throw fault(path, UNSTORABLE);
      left.push({ value: child, path: path === "" ? key : `${path}.${key}` });
    }
  }
}

const UNSTORABLE = "It holds a character that cannot be stored: NUL, or half of a surrogate pair. Remove it.";
const OUT_OF_CALENDAR = "It must be a time in the years 1 to 9999.";

function fault(path: string, message: string): AppError {
  return new AppError("BAD_REQUEST", "Some fields need a change.", path === "" ? {} : { fields: { [path]: message } });
}
