import { useEffect, useRef, useState, type FocusEvent, type PointerEvent } from "react";

/** A popup opens at once if another one was open this short a time before, in ms. */
const GROUP_MS = 400;
let lastClosedAt = -Infinity;

type HoverPopup = {
  /** the element that the popup belongs to; null while it is closed */
  anchor: HTMLElement | null;
  close: () => void;
  triggerProps: {
    onPointerEnter: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onPointerDown: () => void;
    onFocus: (event: FocusEvent<HTMLElement>) => void;
    onBlur: () => void;
  };
  /** for a popup that the pointer may enter */
  popupProps: { onPointerEnter: () => void; onPointerLeave: () => void };
};

/**
 * Opens a popup while the pointer rests on an element, or while the keyboard focuses the element. Esc closes it. A
 * finger opens nothing.
 * @param delays openMs: how long the pointer rests before. closeMs: how long the popup waits for the pointer
 */
export function useHoverPopup({ openMs, closeMs }: { openMs: number; closeMs: number }): HoverPopup {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const after = (ms: number, run: () => void): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const close = (): void => {
    clearTimeout(timer.current);
    if (anchor) lastClosedAt = Date.now();
    setAnchor(null);
  };
  useEffect(() => {
    if (!anchor) return;
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && setAnchor(null);
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [anchor]);
  return {
    anchor,
    close,
    triggerProps: {
      onPointerEnter: ({ pointerType, currentTarget }) => {
        if (pointerType === "touch") return;
        const isGrouped = Date.now() - lastClosedAt < GROUP_MS;
        after(isGrouped ? 0 : openMs, () => setAnchor(currentTarget));
      },
      onPointerLeave: () => after(closeMs, close),
      onPointerDown: close,
      onFocus: ({ currentTarget }) => {
        if (currentTarget.matches(":focus-visible")) setAnchor(currentTarget);
      },
      onBlur: () => after(closeMs, close),
    },
    popupProps: {
      onPointerEnter: () => clearTimeout(timer.current),
      onPointerLeave: () => after(closeMs, close),
    },
  };
}
