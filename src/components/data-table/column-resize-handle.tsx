"use client";

import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { COLUMN_WIDTH_BOUNDS, clampColumnWidth } from "./column";

/** The changes that a person can make to the columns of a table. */
export type ColumnChangeHandlers = {
  onResize: (id: string, width: number) => void;
  /** puts a column in the place of another one */
  onMove: (id: string, target: string) => void;
};

const STEP_PX = 16;

type ColumnEdgeProps = {
  column: { id: string; header: string };
  /** the columns beside it, which it can change places with */
  before: string | undefined;
  after: string | undefined;
  tools: ColumnChangeHandlers;
  isFirst: boolean;
};

/**
 * The edge of a column's head. A person drags it, or moves it with the arrow keys, to change the width. Shift and an
 * arrow move the whole column.
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
      title="Drag it. Left and right change the width, with Shift they move the column. Up and down go to other columns."
      // One stop for the whole head, so that the rows are near.
      tabIndex={isFirst ? 0 : -1}
      onFocus={(event) => setWidth(clampColumnWidth(cellOf(event.currentTarget).offsetWidth))}
      draggable
      // A drag of the edge is no drag of the column.
      onDragStart={(event) => (event.preventDefault(), event.stopPropagation())}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 right-0 w-2 cursor-col-resize touch-none outline-none before:absolute before:inset-y-2 before:right-0.5 before:w-px group-hover/head:before:bg-line-strong hover:before:bg-foreground focus-visible:before:w-0.5 focus-visible:before:bg-accent"
    />
  );
}

function focusBeside(edge: HTMLElement, by: -1 | 1): void {
  const edges = [...(edge.closest("tr")?.querySelectorAll<HTMLElement>("[role=slider]") ?? [])];
  edges[edges.indexOf(edge) + by]?.focus();
}

const cellOf = (edge: HTMLElement): HTMLElement => edge.closest("th") ?? edge;
