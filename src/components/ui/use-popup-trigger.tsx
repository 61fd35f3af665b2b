import { cloneElement, useId, useState, type KeyboardEvent, type MouseEvent, type ReactElement } from "react";

type OpenChangeDetails = { event: Event; cancel: () => void };

/** The values that a popup needs of its trigger. */
export type TriggeredPopupProps = {
  isOpen: boolean;
  /** the trigger's element */
  anchor: HTMLElement;
  /** a key opened the popup, so its first control gets the focus */
  byKeyboard: boolean;
  onOpenChange: (isOpen: boolean, details: OpenChangeDetails) => void;
};

/**
 * Makes an element open a popup. The element works before the popup's code has loaded: a click then opens the popup as
 * soon as the code is there.
 * @param control the open state, if the caller keeps it
 * @returns the element to render, and the popup's props once it was opened
 */
export function usePopupTrigger(
  trigger: ReactElement<Record<string, unknown>>,
  kind: "menu" | "dialog",
  control?: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void },
): { element: ReactElement; popup: TriggeredPopupProps | null } {
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
      // A press of Enter or Space is a click without a pointer: its `detail` is 0.
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
    // The trigger's own click closes the popup. The press before it must not, or the click would open it again.
    if (!next && event.target instanceof Node && anchor?.contains(event.target)) return cancel();
    setIsOpen(next);
  };
  return { element, popup: anchor && { isOpen, anchor, byKeyboard, onOpenChange } };
}
