import { isObjectOrList } from "@/domain/json/json-kinds";

/** The matches of a text search in a JSON value. */
export type JsonSearchHits = {
  count: number;
  /**
   * tells whether the entry with this name and value matches or contains a match; the name is empty for an item of an
   * array
   */
  has: (name: string, value: unknown) => boolean;
};

/**
 * The number of nested levels that are searched and counted. A receiver may answer with a body of any depth, and deeper
 * recursion would exceed the stack.
 */
const DEPTH_MAX = 200;

/** Returns how many levels of objects and arrays are nested in a value, at most 200. */
export function measureJsonDepth(value: unknown, depth = 0): number {
  if (!isObjectOrList(value)) return depth;
  if (depth === DEPTH_MAX) return depth;
  return Object.values(value).reduce<number>(
    (most, each) => Math.max(most, measureJsonDepth(each, depth + 1)),
    depth + 1,
  );
}

/** Finds the names and the values that contain a text, ignoring case. Returns null for a blank text. */
export function searchJson(root: unknown, text: string): JsonSearchHits | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  const holders = new Set<object>();
  let count = 0;
  const isHit = (part: unknown): boolean => String(part).toLowerCase().includes(wanted);
  const visit = (branch: object, depth: number): boolean => {
    const isList = Array.isArray(branch);
    let holds = false;
    for (const [name, value] of Object.entries(branch)) {
      const isFound = (!isList && isHit(name)) || (!isObjectOrList(value) && isHit(value));
      if (isFound) count++;
      // `visit` comes first in the condition, so that every object and array is searched and the count is complete.
      if ((isObjectOrList(value) && depth < DEPTH_MAX && visit(value, depth + 1)) || isFound) holds = true;
    }
    if (holds) holders.add(branch);
    return holds;
  };
  if (isObjectOrList(root)) visit(root, 0);
  return {
    count,
    has: (name, value) => isHit(name) || (isObjectOrList(value) ? holders.has(value) : isHit(value)),
  };
}
