import { clsx, type ClassValue } from "clsx";
import { findConflictGroupOfClass, listClassGroupsReplacedBy } from "./class-group";

const merged = new Map<string, string>();
/** The most results that `cn` keeps in its cache. Pages use a few hundred. */
const MERGED_MAX = 1_000;

/** Joins class names. If two Tailwind classes with the same variants contradict each other, the later one stays. */
export function cn(...classes: ClassValue[]): string {
  const text = clsx(classes);
  const known = merged.get(text);
  if (known !== undefined) return known;
  const result = merge(text.split(" ")).join(" ");
  if (merged.size < MERGED_MAX) merged.set(text, result);
  return result;
}

function merge(classes: readonly string[]): string[] {
  const replaced = new Set<string>();
  const kept: string[] = [];
  for (const name of [...classes].reverse()) {
    const [base = "", ...variants] = partsOf(name).reverse();
    const group = findConflictGroupOfClass(base);
    // The order of variants does not matter: `sm:first:` is `first:sm:`.
    const under = variants.sort().join(":");
    if (group !== null && replaced.has(`${under} ${group}`)) continue;
    for (const other of group === null ? [] : listClassGroupsReplacedBy(group)) replaced.add(`${under} ${other}`);
    kept.push(name);
  }
  return kept.reverse();
}

/** Splits `sm:hover:p-2` at its colons. A colon within brackets is part of a value. */
const partsOf = (name: string): string[] => name.match(/(?:\[[^\]]*\]|\([^)]*\)|[^:[(])+/g) ?? [];
