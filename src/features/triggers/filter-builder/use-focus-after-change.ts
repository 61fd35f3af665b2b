"use client";

import { useCallback, useEffect, useRef } from "react";
import { writeNodePathAttribute } from "./filter-builder-context";

/**
 * Returns `focusNext`, which focuses the row at a path after the next render. If the path has no row, the group's add
 * button gets the focus.
 */
export function useFocusAfterChange() {
  const root = useRef<HTMLDivElement>(null);
  const wanted = useRef<readonly number[] | null>(null);
  useEffect(() => {
    const path = wanted.current;
    if (path === null) return;
    wanted.current = null;
    const row =
      path.length === 0 ? null : root.current?.querySelector(`[data-filter-path="${writeNodePathAttribute(path)}"]`);
    const group = path.length === 0 ? path : path.slice(0, -1);
    const target =
      row?.querySelector<HTMLElement>("[role=combobox], button, input") ??
      root.current?.querySelector<HTMLElement>(`[data-filter-add="${writeNodePathAttribute(group)}"]`);
    target?.focus();
  });
  const focusNext = useCallback((path: readonly number[]) => {
    wanted.current = path;
  }, []);
  return { root, focusNext };
}
