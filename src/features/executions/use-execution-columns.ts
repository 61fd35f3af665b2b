"use client";

import { useMemo, useState } from "react";
import {
  listChoicesOfShownColumns,
  moveColumn,
  parseColumnChoice,
  listShownColumns,
  formatColumnChoice,
  type ColumnChoice,
} from "@/components/data-table/column";
import { rememberExecutionColumns } from "@/lib/look-cookies";
import { executionColumns } from "./columns";

/**
 * Returns the visible columns of the list of executions, and functions that change them. The columns of a saved view
 * are in the URL. Without such columns those of the cookie count. A change is written to the cookie, and for a saved
 * view also to the URL.
 * @param remembered the columns in the cookie; null before any choice
 */
export function useExecutionColumns(
  remembered: readonly string[] | null,
  { ofView, onViewChange }: { ofView: readonly string[]; onViewChange: (columns: string[]) => void },
) {
  const [own, setOwn] = useState(remembered);
  const names = ofView.length > 0 ? ofView : own;
  const chosen = useMemo(() => names && names.map(parseColumnChoice), [names]);
  // The columns stay the same array, so that a row renders again only when its own data changes.
  const columns = useMemo(() => listShownColumns(executionColumns, chosen), [chosen]);
  const choices = listChoicesOfShownColumns(columns, chosen);
  const change = (next: readonly ColumnChoice[]): void => {
    const written = next.map(formatColumnChoice);
    setOwn(written);
    rememberExecutionColumns(written);
    if (ofView.length > 0) onViewChange(written);
  };
  return {
    columns,
    names: choices.map(formatColumnChoice),
    toggle: (id: string) =>
      change(
        choices.some((choice) => choice.id === id)
          ? choices.filter((choice) => choice.id !== id)
          : [...choices, { id, width: null }],
      ),
    tools: {
      onResize: (id: string, width: number) =>
        change(choices.map((choice) => (choice.id === id ? { id, width } : choice))),
      onMove: (id: string, target: string) => change(moveColumn(choices, id, target)),
    },
  };
}
