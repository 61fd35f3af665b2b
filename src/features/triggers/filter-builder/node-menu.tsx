"use client";

import { memo } from "react";
import { ArrowDown, ArrowUp, Copy, Group, MoreHorizontal, Trash2 } from "lucide-react";
import { DropdownMenu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { FilterNode } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { duplicateNodeAt, makePathAfterNode, findFilterNodeAt, removeNodeAt, replaceNodeAt } from "./edit-filter";
import { useMoveNode } from "./use-move-node";

/**
 * The menu of a condition or a group, with the commands duplicate, move and remove. A condition can also be put into a
 * group.
 */
export const NodeMenu = memo(function NodeMenu({ kind, place }: { kind: FilterNode["type"]; place: string }) {
  const { change, isDisabled } = useFilterBuilder();
  const move = useMoveNode(place);
  const path = parseNodePathAttribute(place);
  const remove = () => {
    const parent = path.slice(0, -1);
    const index = path.at(-1) ?? 0;
    change((filter) => removeNodeAt(filter, path), { focus: index > 0 ? [...parent, index - 1] : path });
  };
  const wrap = () =>
    change(
      (filter) => {
        const node = findFilterNodeAt(filter, path);
        return node ? replaceNodeAt(filter, path, { type: "group", match: "any", children: [node] }) : filter;
      },
      { focus: [...path, 0] },
    );
  return (
    <DropdownMenu
      trigger={
        <IconButton label={kind === "group" ? "Group options" : "Condition options"} disabled={isDisabled}>
          <MoreHorizontal aria-hidden />
        </IconButton>
      }
    >
      <MenuItem
        icon={<Copy aria-hidden />}
        onSelect={() => change((filter) => duplicateNodeAt(filter, path), { focus: makePathAfterNode(path) })}
      >
        Duplicate
      </MenuItem>
      <MenuItem icon={<ArrowUp aria-hidden />} hint="Alt ↑" onSelect={() => move("up")}>
        Move up
      </MenuItem>
      <MenuItem icon={<ArrowDown aria-hidden />} hint="Alt ↓" onSelect={() => move("down")}>
        Move down
      </MenuItem>
      {kind === "condition" && (
        <MenuItem icon={<Group aria-hidden />} onSelect={wrap}>
          Put into a group
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden />} isDanger onSelect={remove}>
        {kind === "group" ? "Remove group" : "Remove condition"}
      </MenuItem>
    </DropdownMenu>
  );
});
