"use client";

import type { ComponentProps } from "react";
import { Tooltip } from "@base-ui/react/tooltip";

type HoverPopupProps = ComponentProps<typeof Tooltip.Popup> & {
  anchor: HTMLElement;
  onClose: () => void;
  side?: "top" | "bottom" | "left" | "right";
  align?: "start" | "center";
};

/** The popup that `useHoverPopup` opens: a tooltip or a hover card. */
export function HoverPopup({ anchor, onClose, side = "top", align = "center", ...popup }: HoverPopupProps) {
  return (
    <Tooltip.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Tooltip.Portal>
        <Tooltip.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-70"
        >
          <Tooltip.Popup {...popup} />
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
