import { isObjectOrList } from "@/domain/json/json-kinds";

/** The hits of a search in JSON. */
export type JsonSearchHits = {
  count: number;
  /** tells whether an entry is a hit, or holds one */
  has: (name: string, value: unknown) => boolean;
};

/** Deeper levels are not looked at, because a receiver may answer with a body of any depth. */
const DEPTH_MAX = 200;

/** Returns the number of levels of branches in a value. */
export function jsonDepthOf(value: unknown, depth = 0): number {
  if (!isObjectOrList(value)) return depth;
  if (depth === DEPTH_MAX) return depth;
  return Object.values(value).reduce<number>((most, each) => Math.max(most, jsonDepthOf(each, depth + 1)), depth + 1);
}

/** Finds the names and the values that contain a text, in upper or lower case. Null for an empty text. */
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
      // Every branch is visited, so that the count is whole.
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
