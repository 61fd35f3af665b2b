"use client";

import { cloneElement, type ReactElement, type ReactNode } from "react";
import { cn } from "@/lib/cn";
import { LazyHoverPopup } from "./lazy-hover-popup";
import { useHoverPopup } from "./use-hover-popup";

/**
 * How long the pointer must rest on the element before the tooltip opens, in ms. With the keyboard's focus, or right
 * after another tooltip, it opens at once.
 */
const OPEN_MS = 400;

type Handler = (event: unknown) => void;

type TooltipProps = {
  content: ReactNode;
  /** the one element that the tooltip explains */
  children: ReactElement<Record<string, unknown>>;
  side?: "top" | "bottom" | "left" | "right";
};

/** A short text in a popup over a control. It does not name the control; the control needs its own accessible name. */
export function Tooltip({ content, children, side = "top" }: TooltipProps) {
  const { anchor, close, triggerProps } = useHoverPopup({ openMs: OPEN_MS, closeMs: 0 });
  return (
    <>
      {cloneElement(children, withHandlers(children.props, triggerProps))}
      {anchor && (
        <LazyHoverPopup
          anchor={anchor}
          onClose={close}
          side={side}
          className={cn(
            "popup-motion pointer-events-none flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1",
            "text-xs text-ink-foreground",
          )}
        >
          {content}
        </LazyHoverPopup>
      )}
    </>
  );
}

/** Combines the added event handlers with the element's own handlers. The element's own handler runs first. */
function withHandlers(own: Record<string, unknown>, added: object): Record<string, Handler> {
  return Object.fromEntries(
    (Object.entries(added) as [string, Handler][]).map(([name, handler]) => {
      const first = own[name] as Handler | undefined;
      return [name, (event: unknown) => (first?.(event), handler(event))];
    }),
  );
}
