/** What text conditions see of a field: its first bytes, as UTF-8. */
export const TEXT_BYTES_MAX = 65_536;

/** The most UTF-8 bytes of one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export type FieldText = { text: string; truncated: boolean };

const encoder = new TextEncoder();
const buffer = new Uint8Array(TEXT_BYTES_MAX);

// Many triggers ask about the same input: its JSON is made once and lives as long as the value itself.
const textOfObject = new WeakMap<object, FieldText>();

/** A field as text: strings as they are, anything else as JSON. Null where it is missing. */
export function fieldText(value: unknown): FieldText | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return cut(value);
  if (typeof value !== "object") return cut(String(value));
  const known = textOfObject.get(value);
  if (known) return known;
  const made = cut(JSON.stringify(value) ?? "");
  textOfObject.set(value, made);
  return made;
}

function cut(text: string): FieldText {
  if (text.length * BYTES_PER_UNIT <= TEXT_BYTES_MAX) return { text, truncated: false };
  const { read } = encoder.encodeInto(text, buffer);
  return read === text.length ? { text, truncated: false } : { text: text.slice(0, read), truncated: true };
}

/**
 * Reads a key of an object: the key as it stands, else as a path of keys and array indices joined by dots, in
 * which a key may hold dots itself (the longest that is there is taken: `attributes.gen_ai.system`). The
 * `length` of a list is a place too.
 * Compiled once, as it runs for every event. Undefined where there is no such place.
 */
export function compileKey(key: string): (value: unknown) => unknown {
  const steps = key.split(".");
  return (value) => {
    if (typeof value !== "object" || value === null) return undefined;
    if (Object.hasOwn(value, key)) return own(value, key);
    if (steps.length === 1) return undefined;
    const found = steps.reduce<unknown>(own, value);
    // A path of two steps has no other reading.
    return found === undefined && steps.length > 2 ? byLongestKeys(value, steps) : found;
  };
}

/** Without going back once a key was taken, so that no shape of the data makes it slow. */
function byLongestKeys(root: unknown, steps: string[]): unknown {
  let value = root;
  for (let from = 0; from < steps.length;) {
    if (typeof value !== "object" || value === null) return undefined;
    let to = steps.length;
    while (to > from && !Object.hasOwn(value, steps.slice(from, to).join("."))) to--;
    if (to === from) return undefined;
    value = own(value, steps.slice(from, to).join("."));
    from = to;
  }
  return value;
}

function own(value: unknown, step: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}

/** Characters of a value shown in a reason. */
const SEEN_MAX = 200;

/** A value as people see it: JSON-safe, and short. */
export function shorten(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return clip(value);
  const json = fieldText(value)?.text ?? "";
  return json.length <= SEEN_MAX ? (JSON.parse(json) as unknown) : clip(json);
}

/** Never ends in half a surrogate pair, which a database would refuse. */
function clip(text: string): string {
  return text.length <= SEEN_MAX ? text : `${text.slice(0, SEEN_MAX - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
