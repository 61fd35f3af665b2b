import type { FilterNode } from "@/domain/filter/schema";

const keys = new WeakMap<FilterNode, string>();
let count = 0;

/**
 * The key of a node for React. Nodes have no id, and an edit makes new objects: an edited node keeps the key of the
 * node that it replaces, so that its row keeps focus and state when rows move.
 */
export function nodeKey(node: FilterNode): string {
  const known = keys.get(node);
  if (known !== undefined) return known;
  const made = String((count += 1));
  keys.set(node, made);
  return made;
}

/** Gives an edited node the key of the node before. */
export function keepNodeKey<Node extends FilterNode>(before: FilterNode, edited: Node): Node {
  if (!keys.has(edited)) keys.set(edited, nodeKey(before));
  return edited;
}
