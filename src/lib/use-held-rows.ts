"use client";

import { useState, useSyncExternalStore } from "react";

/** The distance from the top of the page, in px, from which a list counts as scrolled. */
const SCROLLED_PX = 80;

type HeldRowsOptions<Row> = {
  /** the rows, newest first; undefined while the first page is loading */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** a text that identifies the filters; after a change of filters all rows are shown */
  scope: string;
  /** whether the rows still belong to the previous filters */
  isStale: boolean;
  /** whether a person reads something beside the list, so that its rows must not move */
  isPinned: boolean;
};

type HeldRows<Row> = {
  rows: readonly Row[] | undefined;
  newCount: number;
  showNew: () => void;
  /** keys of the rows that came in above the first rows while the page was open */
  arrived: ReadonlySet<string>;
};

/**
 * Keeps a live list from jumping. While the list is scrolled or pinned, new rows are held back and counted until the
 * person shows them.
 */
export function useHeldRows<Row>(options: HeldRowsOptions<Row>): HeldRows<Row> {
  const shown = useShownRows(options);
  return { ...shown, arrived: useArrivals(shown.rows, options) };
}

function useShownRows<Row>({ rows, keyOf, scope, isStale, isPinned }: HeldRowsOptions<Row>) {
  const [held, setHeld] = useState<{ rows: readonly Row[]; scope: string } | null>(null);
  const isScrolled = useSyncExternalStore(subscribeToScroll, readIsScrolled, () => false);
  const isHolding = isScrolled || isPinned;
  if (!isHolding && held !== null) setHeld(null);
  if (isHolding && rows !== undefined && !isStale && held?.scope !== scope) setHeld({ rows, scope });
  const showNew = () => {
    if (rows !== undefined) setHeld({ rows, scope });
    window.scrollTo({ top: 0 });
  };
  if (!isHolding || rows === undefined || held?.scope !== scope) return { rows, newCount: 0, showNew };
  return { ...holdBackRows(held.rows, rows, keyOf), showNew };
}

/** Returns the keys of the rows that came in at the top since the first load with the same filters. */
function useArrivals<Row>(
  rows: readonly Row[] | undefined,
  { keyOf, scope, isStale }: HeldRowsOptions<Row>,
): ReadonlySet<string> {
  const [known, setKnown] = useState<{ scope: string; keys: readonly string[]; arrived: ReadonlySet<string> }>();
  const first = rows?.[0];
  if (rows === undefined || first === undefined || isStale) return known?.arrived ?? NONE;
  if (known?.scope === scope && known.keys[0] === keyOf(first)) return known.arrived;
  const keys = rows.map(keyOf);
  const arrived =
    known?.scope === scope ? new Set([...known.arrived, ...listKeysAboveKnownRows(known.keys, keys)]) : NONE;
  setKnown({ scope, keys, arrived });
  return arrived;
}

const NONE: ReadonlySet<string> = new Set();

/** Returns the keys that stand before the first key of `before` in `now`; none if no key of `before` is left. */
export function listKeysAboveKnownRows(before: readonly string[], now: readonly string[]): string[] {
  const known = new Set(before);
  const end = now.findIndex((key) => known.has(key));
  return end === -1 ? [] : now.slice(0, end);
}

/**
 * Returns the rows to show, and the number of rows that are held back. The rows that were shown come first, in their
 * present form. Rows that were loaded after them follow. A row that left the middle of the list is removed. A row that
 * newer rows pushed off its end stays.
 */
export function holdBackRows<Row>(
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

/**
 * Whether the page was scrolled at its last scroll event. A read of `scrollY` during a render would make the browser
 * lay out the whole table at once.
 */
let isPageScrolled = false;
const readIsScrolled = (): boolean => isPageScrolled;

function subscribeToScroll(listener: () => void): () => void {
  const read = (): void => {
    isPageScrolled = window.scrollY > SCROLLED_PX;
    listener();
  };
  read();
  window.addEventListener("scroll", read, { passive: true });
  return () => window.removeEventListener("scroll", read);
}
