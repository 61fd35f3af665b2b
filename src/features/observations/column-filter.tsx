"use client";

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Combobox } from "@/components/ui/combobox";
import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { ANY_CHOICE_VALUE } from "@/features/shared/any-choice";
import { useTRPC } from "@/lib/trpc/client";

type ColumnFilterProps = {
  projectId: string;
  column: string;
  label: string;
  any: string;
  /** values that the control offers even if no stored observation has them */
  known?: readonly string[];
  value: string;
  onValueChange: (value: string) => void;
};

/**
 * A control that filters the list by one value of a column. On first use it fetches the values of recent observations.
 */
export function ColumnFilter({ projectId, column, label, any, known = [], value, onValueChange }: ColumnFilterProps) {
  const trpc = useTRPC();
  const [isWanted, setIsWanted] = useState(false);
  const received = useQuery({
    ...trpc.observation.columnValues.queryOptions({ projectId, eventSource: DEFAULT_EVENT_SOURCE_NAME, column }),
    staleTime: 60_000,
    enabled: isWanted,
  });
  const want = () => setIsWanted(true);
  const values = [...new Set([...known, ...(received.data?.values ?? []), ...(value ? [value] : [])])];
  return (
    <div className="w-32 shrink-0 sm:w-40" onFocus={want} onPointerEnter={want}>
      <Combobox
        aria-label={label}
        groups={[
          {
            label,
            items: [{ value: ANY_CHOICE_VALUE, label: any }, ...values.map((each) => ({ value: each, label: each }))],
          },
        ]}
        value={value || ANY_CHOICE_VALUE}
        onValueChange={(next) => onValueChange(next === ANY_CHOICE_VALUE ? "" : next)}
        searchPlaceholder={`Search ${label.toLowerCase()}s…`}
      />
    </div>
  );
}
