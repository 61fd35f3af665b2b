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

/**
 * The components inside an open menu (items, groups, separators). They load with the menu's script. The `Menu…`
 * components of dropdown-menu.tsx get them by React context.
 */
export const MenuPartsContext = createContext<MenuPartSet | null>(null);
