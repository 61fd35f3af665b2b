"use client";

import { Keyboard, Search } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { useCommandMenu } from "./command-menu-provider";

export function CommandMenuButton() {
  const { openMenu } = useCommandMenu();
  return (
    <IconButton label="Search and commands (⌘K)" onClick={openMenu}>
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
