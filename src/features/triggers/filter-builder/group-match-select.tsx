"use client";

import { memo } from "react";
import { Select } from "@/components/ui/select";
import type { FilterGroup } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { findFilterNodeAt, replaceNodeAt } from "./edit-filter";

const options = [
  { value: "all", label: "ALL", description: "Every one of these holds" },
  { value: "any", label: "ANY", description: "At least one of these holds" },
  { value: "none", label: "NONE", description: "No one of these holds" },
] as const;

/** A select for whether all, any or none of a group's children must hold. */
export const GroupMatchSelect = memo(function GroupMatchSelect({
  place,
  value,
}: {
  place: string;
  value: FilterGroup["match"];
}) {
  const { change, isDisabled } = useFilterBuilder();
  const path = parseNodePathAttribute(place);
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      <Select
        aria-label={path.length === 0 ? "How conditions count" : "How the conditions of this group count"}
        options={options}
        value={value}
        disabled={isDisabled}
        onValueChange={(match) =>
          change((filter) => {
            const node = findFilterNodeAt(filter, path);
            return node?.type === "group" ? replaceNodeAt(filter, path, { ...node, match }) : filter;
          })
        }
        className="h-6 w-auto gap-1 pr-1 pl-1.5 text-xs font-medium pointer-coarse:h-8"
      />
      of
    </span>
  );
});
