import { cloneElement, useId, useState, type KeyboardEvent, type MouseEvent, type ReactElement } from "react";

type OpenChangeDetails = { event: Event; cancel: () => void };

/** The props that `usePopupTrigger` passes to an opened popup. */
export type OpenedPopupProps = {
  isOpen: boolean;
  /** the element that opened the popup, beside which the popup appears */
  anchor: HTMLElement;
  /** whether a key opened the popup; the first item of a menu then gets the focus */
  byKeyboard: boolean;
  onOpenChange: (isOpen: boolean, details: OpenChangeDetails) => void;
};

/**
 * Makes a click on an element open or close a popup. For a menu, the up and down arrow keys open it too. If the popup's
 * script has not loaded yet, the popup opens as soon as it has.
 * @param control the open state, if the caller holds that state
 * @returns the element to render, and the props of the popup; null before the first opening
 */
export function usePopupTrigger(
  trigger: ReactElement<Record<string, unknown>>,
  kind: "menu" | "dialog",
  control?: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void },
): { element: ReactElement; popup: OpenedPopupProps | null } {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [ownIsOpen, setOwnIsOpen] = useState(false);
  const [byKeyboard, setByKeyboard] = useState(false);
  const isOpen = control?.isOpen ?? ownIsOpen;
  const setIsOpen = control?.onOpenChange ?? setOwnIsOpen;
  const open = (element: HTMLElement, isKey: boolean): void => {
    setAnchor(element);
    setByKeyboard(isKey);
    setIsOpen(true);
  };
  const element = cloneElement(trigger, {
    id: trigger.props.id ?? id,
    "aria-haspopup": kind,
    "aria-expanded": isOpen,
    "data-popup-open": isOpen ? "" : undefined,
    onClick: (event: MouseEvent<HTMLElement>) => {
      // `detail` is 0 if Enter or Space caused the click, and the number of clicks if a pointer did.
      if (isOpen) setIsOpen(false);
      else open(event.currentTarget, event.detail === 0);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (kind !== "menu" || isOpen || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      event.preventDefault();
      open(event.currentTarget, true);
    },
  });
  const onOpenChange = (next: boolean, { event, cancel }: OpenChangeDetails): void => {
    // A press on the trigger must not close the popup here: the click that follows would open the popup again.
    if (!next && event.target instanceof Node && anchor?.contains(event.target)) return cancel();
    setIsOpen(next);
  };
  return { element, popup: anchor && { isOpen, anchor, byKeyboard, onOpenChange } };
}
