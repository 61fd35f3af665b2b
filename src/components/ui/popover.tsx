"use client";

import type { ReactElement, ReactNode } from "react";
import { Popover as Base } from "@base-ui/react/popover";
import { cn } from "@/lib/cn";
import { popupClass } from "./popup-class";

type PopoverProps = {
  /** the one element that opens it */
  trigger: ReactElement;
  title?: ReactNode;
  "aria-label"?: string;
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  className?: string;
  children: ReactNode;
};

/** Content beside what opened it. */
export function Popover({ trigger, title, align = "start", open, onOpenChange, className, children, ...aria }: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} collisionPadding={8} className="z-60 outline-none">
          <Base.Popup aria-label={aria["aria-label"]} className={cn(popupClass, "w-80 max-w-[calc(100vw-1rem)] p-4", className)}>
            {title && <Base.Title className="mb-2 text-sm font-semibold">{title}</Base.Title>}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
