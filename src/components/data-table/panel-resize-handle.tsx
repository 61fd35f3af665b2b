"use client";

import { useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { PANEL_WIDTH_BOUNDS, setPanelWidth } from "@/lib/look-cookies";
import { cn } from "@/lib/cn";

const STEP_PX = 32;
const moves: Record<string, (width: number) => number> = {
  ArrowLeft: (width) => width + STEP_PX,
  ArrowRight: (width) => width - STEP_PX,
  Home: () => PANEL_WIDTH_BOUNDS.max,
  End: () => PANEL_WIDTH_BOUNDS.min,
};

/**
 * The draggable edge of a large side panel. Dragging, the left and right arrow keys, Home and End change the width,
 * which all large side panels share.
 */
export function PanelResizeHandle({ panel }: { panel: RefObject<HTMLElement | null> }) {
  const [width, setWidth] = useState<number | null>(null);
  const change = (next: number): void => setWidth(setPanelWidth(next));
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) change(window.innerWidth - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (!move || !panel.current) return;
    event.preventDefault();
    // The event stops here, because the arrow keys also switch between the attempts in the panel.
    event.stopPropagation();
    change(move(panel.current.offsetWidth));
  };
  return (
    <div
      role="slider"
      aria-label="Width of the panel"
      aria-orientation="horizontal"
      aria-valuemin={PANEL_WIDTH_BOUNDS.min}
      aria-valuemax={PANEL_WIDTH_BOUNDS.max}
      aria-valuenow={width ?? PANEL_WIDTH_BOUNDS.usual}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className={cn(
        "absolute inset-y-0 -left-1 w-2 cursor-col-resize touch-none outline-hidden before:absolute",
        "before:inset-y-0 before:left-1 before:w-0.5 hover:before:bg-line-strong focus-visible:before:bg-accent",
        "active:before:bg-accent max-sm:hidden",
      )}
    />
  );
}
