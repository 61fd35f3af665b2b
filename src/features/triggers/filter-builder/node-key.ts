import type { FilterNode } from "@/domain/filter/schema";

const keys = new WeakMap<FilterNode, string>();
let count = 0;

/**
 * Returns the React key of a filter node. Nodes have no id, and each edit makes new objects. With `keepNodeKey` an
 * edited node keeps its key, so that its row keeps the focus and its state.
 */
export function getNodeKey(node: FilterNode): string {
  const known = keys.get(node);
  if (known !== undefined) return known;
  const made = String((count += 1));
  keys.set(node, made);
  return made;
}

/** Gives an edited filter node the React key that the node had before the edit. */
export function keepNodeKey<Node extends FilterNode>(before: FilterNode, edited: Node): Node {
  if (!keys.has(edited)) keys.set(edited, getNodeKey(before));
  return edited;
}
