"use client";

import { use, type ReactElement, type ReactNode } from "react";
import { makeLazyPopup } from "./lazy-popup";
import {
  MenuPartsContext,
  type MenuItemProps,
  type MenuLinkItemProps,
  type MenuRadioGroupProps,
} from "./menu-parts-context";
import { usePopupTrigger } from "./use-popup-trigger";

const MenuPopup = makeLazyPopup(() => import("./menu-popup").then((module) => module.MenuPopup));

function useParts() {
  const parts = use(MenuPartsContext);
  if (!parts) throw new Error("A part of a menu needs a DropdownMenu around it");
  return parts;
}

type DropdownMenuProps = {
  /** the one element that opens the menu, such as a `Button` or an `IconButton` */
  trigger: ReactElement<Record<string, unknown>>;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  className?: string;
  children: ReactNode;
};

/**
 * A button that opens a menu of commands. The children are the `Menu…` components of this file. The menu's script loads
 * when a person first uses the page.
 */
export function DropdownMenu({ trigger, align = "end", side = "bottom", className, children }: DropdownMenuProps) {
  const { element, popup } = usePopupTrigger(trigger, "menu");
  return (
    <>
      {element}
      {popup && (
        <MenuPopup {...popup} align={align} side={side} className={className}>
          {children}
        </MenuPopup>
      )}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  const { Item } = useParts();
  return <Item {...props} />;
}

export function MenuLinkItem(props: MenuLinkItemProps) {
  const { LinkItem } = useParts();
  return <LinkItem {...props} />;
}

/** A group of menu items with a heading, of which exactly one is chosen. */
export function MenuRadioGroup<Value extends string>({ onValueChange, ...props }: MenuRadioGroupProps<Value>) {
  const { RadioGroup } = useParts();
  return <RadioGroup {...props} onValueChange={(value) => onValueChange(value as Value)} />;
}

export function MenuGroup(props: { label: ReactNode; children: ReactNode }) {
  const { Group } = useParts();
  return <Group {...props} />;
}

export function MenuSeparator() {
  const { Separator } = useParts();
  return <Separator />;
}
