"use client";

import type { ReactElement, ReactNode } from "react";
import Link from "next/link";
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { cn } from "@/lib/cn";
import { popupClass, popupGroupClass, popupItemClass } from "./popup-class";

type DropdownMenuProps = {
  /** the one element that opens the menu: a `Button` or `IconButton` */
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  className?: string;
  children: ReactNode;
};

/** A menu of actions, built from the `Menu…` parts below. */
export function DropdownMenu({ trigger, align = "end", side = "bottom", className, children }: DropdownMenuProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner align={align} side={side} sideOffset={4} collisionPadding={8} className="z-60 outline-none">
          <Menu.Popup className={cn(popupClass, "max-h-(--available-height) min-w-44 overflow-y-auto p-1", className)}>
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

type MenuItemProps = {
  onSelect: () => void;
  icon?: ReactNode;
  hint?: ReactNode;
  isDanger?: boolean;
  disabled?: boolean;
  children: ReactNode;
};

export function MenuItem({ onSelect, icon, hint, isDanger = false, disabled, children }: MenuItemProps) {
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

/** A menu item that is a link. */
export function MenuLinkItem({
  href,
  icon,
  isCurrent = false,
  children,
}: {
  href: string;
  icon?: ReactNode;
  isCurrent?: boolean;
  children: ReactNode;
}) {
  return (
    <Menu.LinkItem
      render={<Link href={href} />}
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

type MenuRadioGroupProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  value: Value;
  onValueChange: (value: Value) => void;
};

/** A menu group with a heading that chooses one value out of few. */
export function MenuRadioGroup<Value extends string>({
  label,
  options,
  value,
  onValueChange,
}: MenuRadioGroupProps<Value>) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className={popupGroupClass}>{label}</Menu.GroupLabel>
      <Menu.RadioGroup value={value} onValueChange={(next) => onValueChange(next as Value)}>
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

export function MenuGroup({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className={popupGroupClass}>{label}</Menu.GroupLabel>
      {children}
    </Menu.Group>
  );
}

export function MenuSeparator() {
  return <Menu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
