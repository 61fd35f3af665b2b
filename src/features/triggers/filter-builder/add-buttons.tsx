"use client";

import { memo } from "react";
import { ClipboardPaste, Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { filterLimits } from "@/domain/filter/schema";
import { pathOf, useBuilder } from "./builder-context";
import { insertAt, newCondition } from "./edit";

/** Buttons that add a condition or a group at the end of a group. */
export const AddButtons = memo(function AddButtons({ place, count }: { place: string; count: number }) {
  const { source, change, isDisabled, paste } = useBuilder();
  const path = pathOf(place);
  const end = [...path, count];
  const isRoot = path.length === 0;
  const canNest = path.length + 1 < filterLimits.depthMax;
  return (
    <div className="flex flex-wrap gap-1.5 pt-1">
      <Button
        size="sm"
        variant={isRoot ? "secondary" : "ghost"}
        disabled={isDisabled}
        data-filter-add={place}
        onClick={() => change((filter) => insertAt(filter, end, newCondition(source)), { focus: end })}
      >
        <Plus aria-hidden />
        Add condition
      </Button>
      {canNest && (
        <Button
          size="sm"
          variant="ghost"
          disabled={isDisabled}
          onClick={() =>
            change(
              (filter) => insertAt(filter, end, { type: "group", match: "any", children: [newCondition(source)] }),
              { focus: [...end, 0] },
            )
          }
        >
          <Plus aria-hidden />
          Add group
        </Button>
      )}
      {isRoot && (
        <Button size="sm" variant="ghost" disabled={isDisabled} aria-haspopup="dialog" onClick={paste}>
          <ClipboardPaste aria-hidden />
          Paste a filter
        </Button>
      )}
    </div>
  );
});
