"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useHydrated } from "@/lib/use-hydrated";
import { DropdownMenu, MenuRadioGroup } from "./ui/dropdown-menu";
import { IconButton } from "./ui/icon-button";

const themes = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
] as const;

/** A menu in which a person chooses the light theme, the dark theme or the system's theme. */
export function ThemeToggle() {
  const { theme = "system", setTheme } = useTheme();
  // Only the browser knows the chosen theme. Until hydration the menu shows "system".
  const current = useHydrated() ? (themes.find((item) => item.value === theme) ?? themes[2]) : themes[2];
  return (
    <DropdownMenu
      trigger={<IconButton label={`Theme: ${current.label}`}>{current.icon}</IconButton>}
      className="min-w-36"
    >
      <MenuRadioGroup label="Theme" options={themes} value={current.value} onValueChange={setTheme} />
    </DropdownMenu>
  );
}
