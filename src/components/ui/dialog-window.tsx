"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { SessionEndedText } from "@/components/session-ended-text";
import { UnsavedChangesGuard } from "@/components/unsaved-changes-guard";
import { cn } from "@/lib/cn";
import { keepPageAtSessionEnd, useSessionEnded } from "@/lib/session-end";
import { Banner } from "./banner";
import { buttonClass } from "./button-class";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** the buttons at the bottom of the dialog */
  footer?: ReactNode;
  /**
   * whether the dialog shows something once: only its own buttons close it, Esc and clicks outside do nothing, and a
   * person who leaves the page is asked first
   */
  isPersistent?: boolean;
  size?: "sm" | "md" | "lg";
  children?: ReactNode;
};

const widths = { sm: "sm:max-w-sm", md: "sm:max-w-lg", lg: "sm:max-w-2xl" } as const;

const TEXT_FIELDS = "textarea, input:is(:not([type]), [type=text], [type=search], [type=email], [type=url])";

/** Returns the first text field of a dialog, which gets the focus; null for a dialog without text fields. */
const firstTextField = (dialog: HTMLElement | null): HTMLElement | null =>
  dialog?.querySelector<HTMLElement>(TEXT_FIELDS) ?? null;

/**
 * The visible window of a `Dialog`. When the dialog opens, its first text field gets the focus, and not the close
 * button above that field. If the session ends, the dialog stays open and says it: nobody can reach the page behind it.
 */
export function DialogWindow({
  open,
  onOpenChange,
  title,
  description,
  footer,
  isPersistent = false,
  size = "md",
  children,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const isSessionEnded = useSessionEnded();
  useEffect(() => (open ? keepPageAtSessionEnd() : undefined), [open]);
  return (
    <Base.Root open={open} onOpenChange={(next) => (next || !isPersistent) && onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop
          className={cn(
            "fixed inset-0 z-50 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0",
            "data-starting-style:opacity-0",
          )}
        />
        <Base.Popup
          ref={popup}
          // On a touch screen no field gets the focus, because the screen's keyboard would cover half of the dialog.
          initialFocus={(by) => (by === "touch" ? null : firstTextField(popup.current))}
          className={cn(
            "fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[92dvh] w-full flex-col rounded-t-xl border",
            "border-line-strong bg-raised shadow-raised outline-none",
            "sm:top-[12vh] sm:bottom-auto sm:max-h-[76vh] sm:w-[calc(100vw-3rem)] sm:rounded-xl",
            "transition-[opacity,translate] duration-150 ease-out data-ending-style:translate-y-2",
            "data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0",
            widths[size],
          )}
        >
          <div className="flex items-start gap-4 px-5 pt-5 pb-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-base font-medium">{title}</Base.Title>
              {description && <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>}
            </div>
            {!isPersistent && (
              <Base.Close
                aria-label="Close"
                className={cn(buttonClass({ variant: "ghost", size: "sm" }), "-mt-1 -mr-2 w-7 px-0 text-muted")}
              >
                <X aria-hidden />
              </Base.Close>
            )}
          </div>
          {isPersistent && <UnsavedChangesGuard isDirty={open} loss="Nobody can see what this dialog shows again." />}
          {isSessionEnded && (
            <Banner tone="danger" isAlert className="mx-5 mb-4">
              <SessionEndedText />
            </Banner>
          )}
          {children && <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5">{children}</div>}
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3.5">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
