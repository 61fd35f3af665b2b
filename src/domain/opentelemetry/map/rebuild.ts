import type { SpanReader } from "./span-reader";

/** The most list items, nested ones included, that a span's attributes with one prefix may build. */
const PLACES_MAX = 10_000;
const STEPS_MAX = 32;
const NAME_LENGTH_MAX = 1_000;
const INDEX = /^(?:0|[1-9]\d{0,3})$/;
const NUMBER = /^\d+$/;
/** Names by which an assignment would reach a prototype. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

type Branch = Map<string, unknown>;

/**
 * Rebuilds a list from dotted names: `<prefix>0.message.role` and so on become a list of objects. It ignores a name
 * without an index behind the prefix, such as `gen_ai.prompt.name`. It also ignores a name that is too long, has more
 * than 32 parts, an index of 10,000 or more, or a part that reaches a prototype. Names that would make more than
 * PLACES_MAX items are ignored too.
 * @returns the names that were read, and the list; null if there is none
 */
export function rebuildListFromDottedNames(
  reader: SpanReader,
  prefix: string,
): { value: unknown; names: string[] } | null {
  const root: Branch = new Map();
  const names: string[] = [];
  let places = 0;
  for (const [rest, value] of reader.under(prefix)) {
    const steps = rest.length > NAME_LENGTH_MAX ? [] : rest.split(".");
    if (!INDEX.test(steps[0] ?? "") || steps.length > STEPS_MAX || !steps.every(isStep)) continue;
    const made = newPlaces(root, steps);
    if (places + made > PLACES_MAX) continue;
    places += made;
    put(root, steps, value);
    names.push(prefix + rest);
  }
  return names.length === 0 ? null : { value: plain(root), names };
}

const isStep = (step: string): boolean =>
  step !== "" && !FORBIDDEN.has(step) && (INDEX.test(step) || !NUMBER.test(step));

function newPlaces(root: Branch, steps: readonly string[]): number {
  let branch: unknown = root;
  let made = 0;
  for (const step of steps) {
    branch = branch instanceof Map ? (branch as Branch).get(step) : undefined;
    if (branch === undefined && INDEX.test(step)) made += 1;
  }
  return made;
}

function put(root: Branch, steps: readonly string[], value: unknown): void {
  let branch = root;
  for (const step of steps.slice(0, -1)) {
    const next = branch.get(step);
    if (next instanceof Map) branch = next as Branch;
    else {
      const made: Branch = new Map();
      branch.set(step, made);
      branch = made;
    }
  }
  const last = steps.at(-1)!;
  // If longer names continue this name, their values replace its value.
  if (!(branch.get(last) instanceof Map)) branch.set(last, value);
}

/** Turns a branch into plain JSON. If all its names are numbers, it becomes a list in their order, without gaps. */
function plain(branch: unknown): unknown {
  if (!(branch instanceof Map)) return branch;
  const entries = [...(branch as Branch)].map(([name, value]) => [name, plain(value)] as const);
  if (!entries.every(([name]) => INDEX.test(name))) return Object.fromEntries(entries);
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}
