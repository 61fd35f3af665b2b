import { createContext, type ComponentType, type ReactNode } from "react";

export type MenuItemProps = {
  onSelect: () => void;
  icon?: ReactNode;
  hint?: ReactNode;
  isDanger?: boolean;
  disabled?: boolean;
  children: ReactNode;
};

export type MenuLinkItemProps = { href: string; icon?: ReactNode; isCurrent?: boolean; children: ReactNode };

export type MenuRadioGroupProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  value: Value;
  onValueChange: (value: Value) => void;
};

type MenuPartSet = {
  Item: ComponentType<MenuItemProps>;
  LinkItem: ComponentType<MenuLinkItemProps>;
  RadioGroup: ComponentType<MenuRadioGroupProps<string>>;
  Group: ComponentType<{ label: ReactNode; children: ReactNode }>;
  Separator: ComponentType;
};

/** The parts of an open menu. Their code comes with the menu's own. */
export const MenuParts = createContext<MenuPartSet | null>(null);
