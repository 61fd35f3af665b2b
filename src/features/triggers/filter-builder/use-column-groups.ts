"use client";

import { useMemo } from "react";
import type { ComboboxGroup, ComboboxOption } from "@/components/ui/combobox-control";
import type { FilterableSource } from "@/domain/filter/check-filter";

/**
 * Returns the columns of a source under their headings. The columns in use come first, in the given order. Under their
 * own headings they are missing, because a choice occurs once. The others keep the source's order.
 */
export function useColumnGroups(source: FilterableSource, columnsInUse: readonly string[]): readonly ComboboxGroup[] {
  return useMemo(() => {
    const used = columnsInUse.flatMap((id) => source.columns.find((column) => column.id === id) ?? []);
    const groups = new Map<string, ComboboxOption[]>(used.length > 0 ? [["Used most", []]] : []);
    for (const column of new Set([...used, ...source.columns])) {
      const heading = used.includes(column) ? "Used most" : column.group;
      const items = groups.get(heading) ?? [];
      items.push({ value: column.id, label: column.label, hint: column.unit, keywords: column.description });
      groups.set(heading, items);
    }
    return [...groups].map(([label, items]) => ({ label, items }));
  }, [source, columnsInUse]);
}
