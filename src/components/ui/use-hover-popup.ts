import { useEffect, useRef, useState, type FocusEvent, type PointerEvent } from "react";

/** For how long after one popup has closed the next popup opens without a delay, in ms. */
const GROUP_MS = 400;
let lastClosedAt = -Infinity;

type HoverPopup = {
  /** the element beside which the popup opens; null while the popup is closed */
  anchor: HTMLElement | null;
  close: () => void;
  triggerProps: {
    onPointerEnter: (event: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onPointerDown: () => void;
    onFocus: (event: FocusEvent<HTMLElement>) => void;
    onBlur: () => void;
  };
  /** event handlers for the popup's element, which keep the popup open while the pointer is inside */
  popupProps: { onPointerEnter: () => void; onPointerLeave: () => void };
};

/**
 * Opens a popup when the pointer rests on an element, or when the keyboard focuses the element. Esc closes the popup. A
 * touch opens no popup.
 * @param delays openMs: how long the pointer must rest first. closeMs: how long the popup stays after the pointer has
 * left
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
