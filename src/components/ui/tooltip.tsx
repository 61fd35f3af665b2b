"use client";

import type { ReactElement, ReactNode } from "react";
import { Tooltip as Base } from "@base-ui/react/tooltip";

/**
 * A short hint for a control that already has a name.
 * @param props children: the one element that the hint belongs to
 */
export function Tooltip({
  content,
  children,
  side = "top",
}: {
  content: ReactNode;
  children: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-70">
          <Base.Popup className="popup-motion flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-ink-foreground">
            {content}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
