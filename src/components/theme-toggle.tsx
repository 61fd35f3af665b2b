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

/** Chooses the light theme, the dark theme or the system's. */
export function ThemeToggle() {
  const { theme = "system", setTheme } = useTheme();
  // The server does not know the choice, so the menu shows the system's theme until then.
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
