"use client";

import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { cn } from "@/lib/cn";
import { COLUMN_WIDTH_BOUNDS, clampColumnWidth } from "./column";

export type ColumnChangeHandlers = {
  onResize: (id: string, width: number) => void;
  /** moves the column `id` to the position of the column `target` */
  onMove: (id: string, target: string) => void;
};

const STEP_PX = 16;

type ColumnEdgeProps = {
  column: { id: string; header: string };
  /** the id of the column to the left; undefined for the first column */
  before: string | undefined;
  /** the id of the column to the right; undefined for the last column */
  after: string | undefined;
  tools: ColumnChangeHandlers;
  isFirst: boolean;
};

/**
 * The draggable right edge of a table header. Dragging or the left and right arrow keys change the column's width. With
 * Shift, the left and right arrow keys move the column. The first column never moves.
 */
export function ColumnResizeHandle({ column: { id, header }, before, after, tools, isFirst }: ColumnEdgeProps) {
  const [width, setWidth] = useState<number>(COLUMN_WIDTH_BOUNDS.min);
  const resize = (px: number): void => {
    setWidth(clampColumnWidth(px));
    tools.onResize(id, clampColumnWidth(px));
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    resize(event.clientX - cellOf(event.currentTarget).getBoundingClientRect().left);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (event.key === "ArrowUp" || event.key === "ArrowDown")
      return focusBeside(event.currentTarget, event.key === "ArrowUp" ? -1 : 1);
    const isLeft = event.key === "ArrowLeft";
    const target = isLeft ? before : after;
    if (!event.shiftKey) resize(cellOf(event.currentTarget).offsetWidth + (isLeft ? -STEP_PX : STEP_PX));
    else if (target !== undefined) tools.onMove(id, target);
  };
  return (
    <span
      role="slider"
      aria-label={`Width of ${header}`}
      aria-orientation="horizontal"
      aria-valuemin={COLUMN_WIDTH_BOUNDS.min}
      aria-valuemax={COLUMN_WIDTH_BOUNDS.max}
      aria-valuenow={width}
      title="Drag, or press left or right, to change the width. With Shift, left and right move the column."
      // Tab stops at one handle of the header only. The up and down arrow keys go to the others.
      tabIndex={isFirst ? 0 : -1}
      onFocus={(event) => setWidth(clampColumnWidth(cellOf(event.currentTarget).offsetWidth))}
      draggable
      // Dragging the edge changes the width, so the drag that would move the column is stopped.
      onDragStart={(event) => (event.preventDefault(), event.stopPropagation())}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className={cn(
        "absolute inset-y-0 right-0 w-2 cursor-col-resize touch-none outline-hidden before:absolute",
        "before:inset-y-2 before:right-0.5 before:w-px group-hover/head:before:bg-line-strong",
        "hover:before:bg-foreground focus-visible:before:w-0.5 focus-visible:before:bg-accent",
      )}
    />
  );
}

function focusBeside(edge: HTMLElement, by: -1 | 1): void {
  const edges = [...(edge.closest("tr")?.querySelectorAll<HTMLElement>("[role=slider]") ?? [])];
  edges[edges.indexOf(edge) + by]?.focus();
}

const cellOf = (edge: HTMLElement): HTMLElement => edge.closest("th") ?? edge;
