"use client";

import { useState, useSyncExternalStore } from "react";

/** Pixels from the top of the page from which on a list counts as scrolled. */
const SCROLLED_PX = 80;

type HeldRowsOptions<Row> = {
  /** the newest first; undefined while the first page is loading */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** names the filters: with others, everything is shown afresh */
  scope: string;
  /** the rows are still those of other filters */
  isStale: boolean;
  /** something beside the list is being read, so that its rows must not move */
  isPinned: boolean;
};

export type HeldRows<Row> = { rows: readonly Row[] | undefined; newCount: number; showNew: () => void };

/** A live list that does not jump: what arrives while it is scrolled or pinned waits, and is counted, until it is asked for. */
export function useHeldRows<Row>({ rows, keyOf, scope, isStale, isPinned }: HeldRowsOptions<Row>): HeldRows<Row> {
  const [held, setHeld] = useState<{ rows: readonly Row[]; scope: string } | null>(null);
  const isScrolled = useSyncExternalStore(
    subscribeToScroll,
    () => window.scrollY > SCROLLED_PX,
    () => false,
  );
  const isHolding = isScrolled || isPinned;
  if (!isHolding && held !== null) setHeld(null);
  if (isHolding && rows !== undefined && !isStale && held?.scope !== scope) setHeld({ rows, scope });
  const showNew = () => {
    if (rows !== undefined) setHeld({ rows, scope });
    window.scrollTo({ top: 0 });
  };
  if (!isHolding || rows === undefined || held?.scope !== scope) return { rows, newCount: 0, showNew };
  return { ...holdBack(held.rows, rows, keyOf), showNew };
}

/**
 * The rows to show, and how many are held back: those shown before, as they are now, then what was loaded after them.
 * A row that left the middle of the list is gone; one that was pushed out at its end by newer ones stays.
 */
export function holdBack<Row>(
  before: readonly Row[],
  now: readonly Row[],
  keyOf: (row: Row) => string,
): { rows: Row[]; newCount: number } {
  const fresh = new Map(now.map((row) => [keyOf(row), row]));
  const known = new Set(before.map(keyOf));
  const lastFresh = before.findLastIndex((row) => fresh.has(keyOf(row)));
  const lastKnown = now.findLastIndex((row) => known.has(keyOf(row)));
  const kept = before.flatMap((row, index) => fresh.get(keyOf(row)) ?? (index > lastFresh ? row : []));
  const end = before.length === 0 ? -1 : lastKnown === -1 ? now.length - 1 : lastKnown;
  const newCount = now.slice(0, end + 1).filter((row) => !known.has(keyOf(row))).length;
  return { rows: [...kept, ...now.slice(end + 1)], newCount };
}

function subscribeToScroll(listener: () => void): () => void {
  window.addEventListener("scroll", listener, { passive: true });
  return () => window.removeEventListener("scroll", listener);
}
