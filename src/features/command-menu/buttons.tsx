"use client";

import { Keyboard, Search } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { useHydrated } from "@/lib/use-hydrated";
import { useCommandMenu } from "./command-menu-provider";
import { writeCommandMenuKeys } from "./menu-keys";

export function CommandMenuButton() {
  const { openMenu } = useCommandMenu();
  const isHydrated = useHydrated();
  return (
    <IconButton
      label={isHydrated ? `Search and commands (${writeCommandMenuKeys()})` : "Search and commands"}
      onClick={openMenu}
    >
      <Search aria-hidden />
    </IconButton>
  );
}

export function ShortcutsButton() {
  const { openShortcuts } = useCommandMenu();
  return (
    <IconButton label="Keyboard shortcuts (?)" onClick={openShortcuts}>
      <Keyboard aria-hidden />
    </IconButton>
  );
}
