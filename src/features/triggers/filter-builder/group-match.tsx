"use client";

import { Select } from "@/components/ui/select";
import type { FilterGroup } from "@/domain/filter/schema";
import { useBuilder } from "./builder-context";
import { nodeAt, replaceAt } from "./edit";

const options = [
  { value: "all", label: "ALL", description: "Every one of these holds" },
  { value: "any", label: "ANY", description: "At least one of these holds" },
  { value: "none", label: "NONE", description: "No one of these holds" },
] as const;

/** Chooses how the children of a group count: all, any or none. */
export function GroupMatch({ group, path }: { group: FilterGroup; path: readonly number[] }) {
  const { change, isDisabled } = useBuilder();
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted">
      <Select
        aria-label={path.length === 0 ? "How conditions count" : "How the conditions of this group count"}
        options={options}
        value={group.match}
        disabled={isDisabled}
        onValueChange={(match) =>
          change((filter) => {
            const node = nodeAt(filter, path);
            return node?.type === "group" ? replaceAt(filter, path, { ...node, match }) : filter;
          })
        }
        className="h-6 w-auto gap-1 pr-1 pl-1.5 text-xs font-semibold pointer-coarse:h-8"
      />
      of
    </span>
  );
}
