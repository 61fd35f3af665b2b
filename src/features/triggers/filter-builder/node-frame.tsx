"use client";

import { useState, type DragEvent, type FocusEvent, type KeyboardEvent, type ReactNode } from "react";
import { GripVertical } from "lucide-react";
import { cn } from "@/lib/cn";
import { filterLimits, type FilterNode } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { moveNodeTo, makePathAfterNode, findFilterNodeAt } from "./edit-filter";
import { useMoveNode } from "./use-move-node";

type NodeFrameProps = {
  place: string;
  word: string;
  label: string;
  onBlur?: (event: FocusEvent<HTMLDivElement>) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  children: ReactNode;
};

/**
 * The row of a condition or a group. A person drags the row by the word at its start, and can drop other rows on it.
 * Alt with the up or down arrow key moves the row.
 */
export function NodeFrame({ place, word, label, onBlur, onKeyDown, children }: NodeFrameProps) {
  const { isDisabled } = useFilterBuilder();
  const move = useMoveNode(place);
  const drop = useDropPlace(place);
  const onKeys = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!event.altKey || isDisabled || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    // Key presses bubble up to the rows of the surrounding groups. Only the innermost row moves.
    const nearest = event.target instanceof Element && event.target.closest("[data-filter-path]");
    if (nearest !== event.currentTarget) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.key === "ArrowUp" ? "up" : "down");
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears the keys of the fields in it
    <div
      role="group"
      aria-label={label}
      data-filter-path={place}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
      onKeyDownCapture={onKeys}
      onDragOver={drop.onDragOver}
      onDragLeave={drop.onDragLeave}
      onDrop={drop.onDrop}
      className={cn(
        // The browser skips rows out of view. With 30 conditions a keystroke takes half the time: 28 ms instead of 55.
        "relative flex gap-2 [content-visibility:auto]",
        "[contain-intrinsic-size:auto_2.25rem] [overflow-clip-margin:0.5rem]",
        drop.side === "before" &&
          "before:absolute before:inset-x-0 before:-top-1 before:h-0.5 before:bg-accent before:content-['']",
        drop.side === "after" &&
          "after:absolute after:inset-x-0 after:-bottom-1 after:h-0.5 after:bg-accent after:content-['']",
      )}
    >
      <span
        aria-hidden
        draggable={!isDisabled}
        onDragStart={drop.onDragStart}
        onDragEnd={drop.onDragEnd}
        className="group/word flex h-8 w-11 shrink-0 cursor-grab items-center justify-end gap-0.5 text-xs text-muted select-none pointer-coarse:h-10 @max-md:hidden"
      >
        <GripVertical className="size-3.5 opacity-0 group-hover/word:opacity-100" />
        {word}
      </span>
      {children}
    </div>
  );
}

/**
 * Returns the event handlers for dragging a row and dropping another row on it. A ref holds the dragged path, so that a
 * drop outside of the page gets no data.
 */
function useDropPlace(place: string) {
  const { draggedRef, change } = useFilterBuilder();
  const [side, setSide] = useState<"before" | "after" | null>(null);
  return {
    side,
    onDragStart: (event: DragEvent<HTMLElement>) => {
      draggedRef.current = parseNodePathAttribute(place);
      event.stopPropagation();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      if (event.currentTarget.parentElement) event.dataTransfer.setDragImage(event.currentTarget.parentElement, 0, 0);
    },
    onDragEnd: () => {
      draggedRef.current = null;
    },
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (draggedRef.current === null) return;
      event.preventDefault();
      event.stopPropagation();
      const { top, height } = event.currentTarget.getBoundingClientRect();
      setSide(event.clientY < top + height / 2 ? "before" : "after");
    },
    onDragLeave: () => setSide(null),
    onDrop: (event: DragEvent<HTMLElement>) => {
      const from = draggedRef.current;
      draggedRef.current = null;
      setSide(null);
      if (from === null) return;
      event.preventDefault();
      event.stopPropagation();
      const to = side === "after" ? makePathAfterNode(parseNodePathAttribute(place)) : parseNodePathAttribute(place);
      change((filter) => {
        const moved = moveNodeTo(filter, from, to);
        const node = findFilterNodeAt(filter, from);
        return moved && node && to.length + groupsIn(node) <= filterLimits.depthMax ? moved.filter : filter;
      });
    },
  };
}

/** Returns how many levels of groups are nested in a node; 0 for a condition, 1 for a group without groups. */
const groupsIn = (node: FilterNode): number =>
  node.type === "condition" ? 0 : 1 + Math.max(0, ...node.children.map(groupsIn));
