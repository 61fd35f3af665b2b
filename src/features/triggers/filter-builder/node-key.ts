import type { FilterNode } from "@/domain/filter/schema";

const keys = new WeakMap<FilterNode, string>();
let count = 0;

/**
 * Returns the React key of a node. Nodes have no id, and an edit makes new objects. An edited node keeps the key of the
 * node before the edit, so its row keeps focus and state.
 */
export function nodeKey(node: FilterNode): string {
  const known = keys.get(node);
  if (known !== undefined) return known;
  const made = String((count += 1));
  keys.set(node, made);
  return made;
}

/** Gives an edited node the key that the node had before the edit. */
export function keepNodeKey<Node extends FilterNode>(before: FilterNode, edited: Node): Node {
  if (!keys.has(edited)) keys.set(edited, nodeKey(before));
  return edited;
}
