"use client";

import type { ReactNode } from "react";
import { Popover } from "@base-ui/react/popover";
import { cn } from "@/lib/cn";
import { popupClass } from "./popup-class";
import type { OpenedPopupProps } from "./use-popup-trigger";

type PopoverPopupProps = OpenedPopupProps & {
  label: string;
  align: "start" | "center" | "end";
  side: "top" | "bottom";
  className: string | undefined;
  children: ReactNode;
};

/** The popup window of a `Popover`. Its script loads when a person first uses the page. */
export function PopoverPopup({
  isOpen,
  anchor,
  onOpenChange,
  label,
  align,
  side,
  className,
  children,
}: PopoverPopupProps) {
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-60"
        >
          <Popover.Popup aria-label={label} finalFocus={() => anchor} className={cn(popupClass, className)}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
