"use client";

import { useEffect, useEffectEvent, useId, useRef, type ReactNode, type RefObject } from "react";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { cn } from "@/lib/cn";
import { IconButton } from "../ui/icon-button";
import { PanelResizeHandle } from "./panel-resize-handle";
import { findRowLink, openAdjacentRow } from "./use-row-navigation";

type RowPanelProps = {
  /** the key of the row that the panel shows; null closes the panel */
  rowKey: string | null;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  size?: "md" | "lg";
  children: ReactNode;
};

/**
 * A side panel with the details of one row of a `DataTable`. The table stays usable: J shows the next row and K the
 * previous row. Esc closes the panel and returns the focus to the row. The panel needs none of the scripts that load
 * later, so that it opens within one frame.
 */
export function RowPanel({ rowKey, ...panel }: RowPanelProps) {
  return rowKey !== null && <OpenPanel rowKey={rowKey} {...panel} />;
}

const widths = { md: "sm:w-[28rem]", lg: "sm:w-[min(var(--panel-width,44rem),92vw)]" } as const;

function OpenPanel(props: RowPanelProps & { rowKey: string }) {
  const { rowKey, onClose, title, description, actions, footer, size = "lg", children } = props;
  const panel = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useFocusWhileOpen(panel, rowKey);
  useEscape(panel, onClose);
  return (
    <div
      ref={panel}
      role="dialog"
      aria-labelledby={titleId}
      tabIndex={-1}
      className={cn(
        "fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l bg-surface shadow-raised outline-none",
        "transition-transform duration-120 ease-out motion-reduce:transition-none starting:translate-x-full",
        widths[size],
      )}
    >
      {size === "lg" && <PanelResizeHandle panel={panel} />}
      <div className="flex items-start gap-3 border-b px-5 py-3.5">
        <div className="min-w-0 flex-1 self-center">
          <h2 id={titleId} className="line-clamp-2 text-base font-medium break-words sm:line-clamp-1">
            {title}
          </h2>
          {description && <div className="mt-0.5 text-sm text-muted">{description}</div>}
        </div>
        <div className="-mr-2 flex shrink-0 items-center gap-1">
          {actions}
          <IconButton label="Previous row" side="bottom" onClick={() => openAdjacentRow(rowKey, -1)}>
            <ChevronUp aria-hidden />
          </IconButton>
          <IconButton label="Next row" side="bottom" onClick={() => openAdjacentRow(rowKey, 1)}>
            <ChevronDown aria-hidden />
          </IconButton>
          <IconButton label="Close" side="bottom" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
      {footer && <div className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3.5">{footer}</div>}
    </div>
  );
}

/**
 * Focuses the panel itself when the panel opens, because its first button would already act on the row. When the panel
 * closes, the link of the row gets the focus.
 */
function useFocusWhileOpen(panel: RefObject<HTMLElement | null>, rowKey: string): void {
  const lastKey = useRef(rowKey);
  useEffect(() => void (lastKey.current = rowKey), [rowKey]);
  useEffect(() => {
    const element = panel.current;
    element?.focus({ preventScroll: true });
    return () => {
      // The focus stays where it is if the person has already moved it, for example into the search field.
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body || element?.contains(activeElement))
        findRowLink(lastKey.current)?.focus({ preventScroll: true });
    };
  }, [panel]);
}

const POPUPS = "[role=dialog],[role=alertdialog],[role=menu],[role=listbox],[aria-expanded=true]";

/** Calls `onClose` when Esc is pressed, unless the key press was inside an open popup. */
function useEscape(panel: RefObject<HTMLElement | null>, onClose: () => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    const popup = event.target instanceof Element ? event.target.closest(POPUPS) : null;
    if (popup === null || popup === panel.current) onClose();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
