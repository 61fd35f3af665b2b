"use client";

import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import type { Permission } from "@/domain/access";
import { CommandMenu } from "./command-menu";
import { commandsFor, type Command, type SwitchableProject } from "./registry";
import { ShortcutSheet } from "./shortcut-sheet";
import { useShortcuts } from "./use-shortcuts";

type Openers = { openMenu: () => void; openShortcuts: () => void };

const OpenersContext = createContext<Openers | null>(null);

/** Opens the command menu and the sheet of shortcuts; only within `CommandMenuProvider`. */
export function useCommandMenu(): Openers {
  const openers = useContext(OpenersContext);
  if (!openers) throw new Error("useCommandMenu needs a CommandMenuProvider around it");
  return openers;
}

type CommandMenuProviderProps = {
  projectId: string;
  projects: readonly SwitchableProject[];
  permissions: readonly Permission[];
  children: ReactNode;
};

/** The command menu, the shortcuts and their sheet, for the pages of a project. */
export function CommandMenuProvider({ projectId, projects, permissions, children }: CommandMenuProviderProps) {
  const router = useRouter();
  const { resolvedTheme, setTheme } = useTheme();
  const [open, setOpen] = useState<"menu" | "shortcuts" | null>(null);
  const commands = useMemo(() => commandsFor({ projectId, projects, permissions }), [projectId, projects, permissions]);
  const run = (command: Command) => {
    setOpen(null);
    command.run({
      projectId,
      go: (href) => router.push(href),
      toggleTheme: () => setTheme(resolvedTheme === "dark" ? "light" : "dark"),
    });
  };
  useShortcuts({
    commands,
    onCommand: run,
    onMenu: () => setOpen((now) => (now === "menu" ? null : "menu")),
    onHelp: () => setOpen("shortcuts"),
  });
  const openers = useMemo(() => ({ openMenu: () => setOpen("menu"), openShortcuts: () => setOpen("shortcuts") }), []);
  return (
    <OpenersContext value={openers}>
      {children}
      <CommandMenu
        open={open === "menu"}
        onOpenChange={(next) => setOpen(next ? "menu" : null)}
        commands={commands}
        onRun={run}
      />
      <ShortcutSheet
        open={open === "shortcuts"}
        onOpenChange={(next) => setOpen(next ? "shortcuts" : null)}
        commands={commands}
      />
    </OpenersContext>
  );
}
