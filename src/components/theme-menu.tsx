"use client";

import { DropdownMenu, MenuRadioGroup } from "./ui/dropdown-menu";
import { IconButton } from "./ui/icon-button";
import { themeChoices, useThemeChoice } from "./use-theme-choice";

/** A menu in which a person chooses the light theme, the dark theme or the system's theme. */
export function ThemeMenu() {
  const { theme, chooseTheme } = useThemeChoice();
  return (
    <DropdownMenu trigger={<IconButton label={`Theme: ${theme.label}`}>{theme.icon}</IconButton>} className="min-w-36">
      <MenuRadioGroup label="Theme" options={themeChoices} value={theme.value} onValueChange={chooseTheme} />
    </DropdownMenu>
  );
}
