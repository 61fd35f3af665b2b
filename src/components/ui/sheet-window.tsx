"use client";

import type { ReactNode } from "react";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { cn } from "@/lib/cn";
import { buttonClass } from "./button-class";

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** a text under the title */
  description?: ReactNode;
  side?: "left" | "right";
  size?: "sm" | "lg";
  /** whether a closed sheet keeps its content and the typed text */
  isKept?: boolean;
  children: ReactNode;
};

const widths = { sm: "w-[min(18rem,85vw)]", lg: "w-full sm:w-[min(44rem,92vw)]" } as const;

/** The visible window of a `Sheet`. Its script loads when a person first uses the page. */
export function SheetWindow(props: SheetProps) {
  const { open, onOpenChange, title, description, side = "right", size = "lg", isKept = false, children } = props;
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal keepMounted={isKept}>
        <Base.Backdrop
          className={cn(
            "fixed inset-0 z-40 bg-overlay transition-opacity duration-200 data-ending-style:opacity-0",
            "data-starting-style:opacity-0",
          )}
        />
        <Base.Popup
          className={cn(
            "fixed inset-y-0 z-40 flex flex-col bg-surface outline-none transition-transform duration-200 ease-out",
            side === "right"
              ? "right-0 border-l data-ending-style:translate-x-full data-starting-style:translate-x-full"
              : "left-0 border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full",
            widths[size],
          )}
        >
          <div className="flex items-start gap-3 border-b px-5 py-3.5">
            <div className="min-w-0 flex-1 self-center">
              <Base.Title className="truncate text-base font-medium">{title}</Base.Title>
              {description && (
                <Base.Description render={<div />} className="mt-0.5 text-sm text-muted">
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close
              aria-label="Close"
              className={cn(
                buttonClass({ variant: "ghost" }),
                "-mr-2 w-8 px-0 text-muted pointer-coarse:w-10 pointer-coarse:px-0",
              )}
            >
              <X aria-hidden />
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
