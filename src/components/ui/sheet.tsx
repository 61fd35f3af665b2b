"use client";

import { useRef, type ReactNode } from "react";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { cn } from "@/lib/cn";
import { buttonClass } from "./button-class";

type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** shown under the title */
  description?: ReactNode;
  /** buttons at the right of the title */
  actions?: ReactNode;
  footer?: ReactNode;
  side?: "left" | "right";
  size?: "sm" | "md" | "lg";
  /** false leaves the page usable, for a panel beside a list in which J and K move */
  isModal?: boolean;
  /** returns the element that gets the focus after closing; by default the element that had it before */
  finalFocus?: () => HTMLElement | null;
  /** hides the header if the content brings its own heading */
  isHeaderHidden?: boolean;
  /** keeps the content and its typed text while the sheet is closed */
  isKept?: boolean;
  children: ReactNode;
};

const widths = { sm: "w-[min(18rem,85vw)]", md: "w-full sm:w-[28rem]", lg: "w-full sm:w-[min(44rem,92vw)]" } as const;

/** A panel of full height at the side of the window. */
export function Sheet(props: SheetProps) {
  const { open, onOpenChange, side = "right", size = "md", isModal = true, finalFocus, isKept = false } = props;
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} modal={isModal} disablePointerDismissal={!isModal}>
      <Base.Portal keepMounted={isKept}>
        {isModal && (
          <Base.Backdrop className="fixed inset-0 z-40 bg-overlay transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        )}
        <Base.Popup
          ref={popup}
          // The panel itself gets the focus and is read out. The first button would act on the row.
          initialFocus={isModal ? true : popup}
          finalFocus={finalFocus ? () => finalFocus() ?? true : undefined}
          className={cn(
            "fixed inset-y-0 z-40 flex flex-col bg-surface outline-none transition-transform duration-200 ease-out",
            side === "right"
              ? "right-0 border-l data-ending-style:translate-x-full data-starting-style:translate-x-full"
              : "left-0 border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full",
            !isModal && "shadow-raised",
            widths[size],
          )}
        >
          <SheetContent {...props} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function SheetContent({ title, description, actions, footer, isHeaderHidden = false, children }: SheetProps) {
  return (
    <>
      <div className={cn("flex items-start gap-3 border-b px-5 py-3.5", isHeaderHidden && "sr-only")}>
        <div className="min-w-0 flex-1 self-center">
          <Base.Title className="truncate text-base font-semibold tracking-[-0.01em]">{title}</Base.Title>
          {description && (
            <Base.Description render={<div />} className="mt-0.5 text-sm text-muted">
              {description}
            </Base.Description>
          )}
        </div>
        {actions && <div className="flex shrink-0 items-center gap-1">{actions}</div>}
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
      {footer && <div className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3.5">{footer}</div>}
    </>
  );
}
