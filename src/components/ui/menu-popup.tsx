"use client";

import { useRef, type FocusEvent, type ReactNode } from "react";
import { PageLink } from "./page-link";
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { cn } from "@/lib/cn";
import type { OpenedPopupProps } from "./use-popup-trigger";
import {
  MenuPartsContext,
  type MenuItemProps,
  type MenuLinkItemProps,
  type MenuRadioGroupProps,
} from "./menu-parts-context";
import { popupClass, popupGroupHeadingClass, popupItemClass } from "./popup-class";

type MenuPopupProps = OpenedPopupProps & {
  align: "start" | "center" | "end";
  side: "top" | "bottom" | "left" | "right";
  className: string | undefined;
  children: ReactNode;
};

/** The popup of a `DropdownMenu`. A context gives its children the components that render items. */
export function MenuPopup({
  isOpen,
  anchor,
  byKeyboard,
  onOpenChange,
  align,
  side,
  className,
  children,
}: MenuPopupProps) {
  const wasFocused = useRef(false);
  // The menu takes the focus when it opens. If a key opened the menu, its first item takes the focus.
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    if (!isOpen || wasFocused.current || event.target !== event.currentTarget) return;
    wasFocused.current = true;
    if (byKeyboard) event.currentTarget.querySelector<HTMLElement>(ITEM)?.focus();
  };
  const onOpenChangeComplete = (open: boolean): void => {
    if (!open) wasFocused.current = false;
  };
  return (
    <Menu.Root modal={false} open={isOpen} onOpenChange={onOpenChange} onOpenChangeComplete={onOpenChangeComplete}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-60 outline-none"
        >
          <Menu.Popup
            aria-labelledby={anchor.id}
            onFocus={onFocus}
            finalFocus={() => !isInDialog(document.activeElement, anchor) && anchor}
            className={cn(popupClass, "max-h-(--available-height) min-w-44 overflow-y-auto p-1", className)}
          >
            <MenuPartsContext value={parts}>{children}</MenuPartsContext>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Tells whether an item has opened a dialog that already has the focus. The menu must not take the focus from it. */
const isInDialog = (focused: Element | null, anchor: HTMLElement): boolean => {
  const dialog = focused?.closest("[role=dialog], [role=alertdialog]");
  return dialog != null && !dialog.contains(anchor);
};

const ITEM = "[role^=menuitem]:not([data-disabled])";

function Item({ onSelect, icon, hint, isDanger = false, disabled, children }: MenuItemProps) {
  return (
    <Menu.Item
      onClick={onSelect}
      disabled={disabled}
      className={cn(popupItemClass, isDanger && "text-danger-text data-highlighted:bg-danger-soft")}
    >
      {icon && <span className={cn("flex", !isDanger && "text-muted")}>{icon}</span>}
      <span className="flex-1">{children}</span>
      {hint && <span className="text-xs text-subtle">{hint}</span>}
    </Menu.Item>
  );
}

function LinkItem({ href, icon, isCurrent = false, children }: MenuLinkItemProps) {
  return (
    <Menu.LinkItem
      render={<PageLink href={href} />}
      closeOnClick
      aria-current={isCurrent || undefined}
      className={popupItemClass}
    >
      {icon && <span className="flex text-muted">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {isCurrent && <Check aria-hidden className="text-accent-text" />}
    </Menu.LinkItem>
  );
}

function RadioGroup({ label, options, value, onValueChange }: MenuRadioGroupProps<string>) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className={popupGroupHeadingClass}>{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={(next) => onValueChange(next as string)}>
        {options.map((option) => (
          <Menu.RadioItem key={option.value} value={option.value} className={popupItemClass}>
            {option.icon && <span className="flex text-muted">{option.icon}</span>}
            <span className="flex-1">{option.label}</span>
            <Menu.RadioItemIndicator className="text-accent-text">
              <Check aria-hidden />
            </Menu.RadioItemIndicator>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  );
}

function Group({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className={popupGroupHeadingClass}>{label}</Menu.GroupLabel>
      {children}
    </Menu.Group>
  );
}

const Separator = () => <Menu.Separator className="-mx-1 my-1 h-px bg-line" />;

const parts = { Item, LinkItem, RadioGroup, Group, Separator };
