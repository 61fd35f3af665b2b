"use client";

import { useMemo } from "react";
import type { ComboboxGroup, ComboboxOption } from "@/components/ui/combobox-control";
import type { FilterableSource } from "@/domain/filter/check-filter";

/** Groups an event source's columns under their headings, in the source's order. */
export function useColumnGroups(source: FilterableSource): readonly ComboboxGroup[] {
  return useMemo(() => {
    const groups = new Map<string, ComboboxOption[]>();
    for (const column of source.columns) {
      const items = groups.get(column.group) ?? [];
      items.push({ value: column.id, label: column.label, hint: column.unit, keywords: column.description });
      groups.set(column.group, items);
    }
    return [...groups].map(([label, items]) => ({ label, items }));
  }, [source]);
}
