"use client";

import { memo } from "react";
import { ClipboardPaste, Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { filterLimits } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { insertNodeAt, makeNewCondition } from "./edit-filter";

/** The buttons that add a condition or a group at the end of a filter group. */
export const AddNodeButtons = memo(function AddNodeButtons({ place, count }: { place: string; count: number }) {
  const { source, change, isDisabled, paste } = useFilterBuilder();
  const path = parseNodePathAttribute(place);
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
        onClick={() => change((filter) => insertNodeAt(filter, end, makeNewCondition(source)), { focus: end })}
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
              (filter) =>
                insertNodeAt(filter, end, { type: "group", match: "any", children: [makeNewCondition(source)] }),
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
