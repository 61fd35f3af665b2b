"use client";

import type { ReactElement, ReactNode } from "react";
import { makeLazyPopup } from "./lazy-popup";
import { usePopupTrigger } from "./use-popup-trigger";

const PopoverPopup = makeLazyPopup(() => import("./popover-popup").then((module) => module.PopoverPopup));

type PopoverProps = {
  /** the button that opens the popup */
  trigger: ReactElement<Record<string, unknown>>;
  /** the accessible name of the popup */
  label: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom";
  className?: string;
  children: ReactNode;
};

/** A button with a popup of any content beside it. The popup's script loads when a person first uses the page. */
export function Popover(props: PopoverProps) {
  const { trigger, label, isOpen, onOpenChange, align = "start", side = "bottom", className, children } = props;
  const { element, popup } = usePopupTrigger(trigger, "dialog", { isOpen, onOpenChange });
  return (
    <>
      {element}
      {popup && (
        <PopoverPopup {...popup} label={label} align={align} side={side} className={className}>
          {children}
        </PopoverPopup>
      )}
    </>
  );
}
