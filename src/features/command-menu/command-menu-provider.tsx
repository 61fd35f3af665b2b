"use client";

import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useTheme } from "next-themes";
import type { Permission } from "@/domain/access";
import { makeLazyCodeLoader } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";
import { useGoTo } from "@/lib/use-go-to";
import type { Command, CommandMenuProject } from "./project-commands";
import { useCommandShortcuts } from "./use-command-shortcuts";

// The commands, the menu and the sheet of shortcuts load later than the page's first script.
const commandCode = makeLazyCodeLoader(() => import("./list-all-commands"));
loadOnFirstInteraction(commandCode.load);
const CommandMenu = dynamic(() => import("./command-menu").then((module) => module.CommandMenu), { ssr: false });
const ShortcutSheet = dynamic(() => import("./shortcut-sheet").then((module) => module.ShortcutSheet), { ssr: false });

type Openers = { openMenu: () => void; openShortcuts: () => void };

const OpenersContext = createContext<Openers | null>(null);

/**
 * Returns two functions: one opens the command menu, the other opens the sheet of shortcuts.
 * @throws Error outside of `CommandMenuProvider`
 */
export function useCommandMenu(): Openers {
  const openers = useContext(OpenersContext);
  if (!openers) throw new Error("useCommandMenu needs a CommandMenuProvider around it");
  return openers;
}

type CommandMenuProviderProps = {
  projectId: string;
  projects: readonly CommandMenuProject[];
  permissions: readonly Permission[];
  children: ReactNode;
};

/** Provides the command menu, the shortcuts and their sheet for the pages of a project. */
export function CommandMenuProvider({ projectId, projects, permissions, children }: CommandMenuProviderProps) {
  const goTo = useGoTo();
  const { resolvedTheme, setTheme } = useTheme();
  const pathname = usePathname();
  const [open, setOpen] = useState<"menu" | "shortcuts" | null>(null);
  const [text, setText] = useState("");
  // Which of the menu and the sheet were opened before. Both stay rendered after closing, so that they can fade out.
  const [used, setUsed] = useState<ReadonlySet<string>>(new Set());
  if (open && !used.has(open)) setUsed(new Set([...used, open]));
  const code = commandCode.use(open !== null);
  const commands = useMemo(
    () => code?.listAllCommands(pathname, { projectId, projects, permissions }) ?? null,
    [code, pathname, projectId, projects, permissions],
  );
  const run = (command: Command) => {
    setOpen(null);
    command.run({
      projectId,
      go: goTo,
      toggleTheme: () => setTheme(resolvedTheme === "dark" ? "light" : "dark"),
    });
  };
  useCommandShortcuts({
    commands,
    onCommand: run,
    onMenu: () => {
      setText("");
      setOpen((now) => (now === "menu" ? null : "menu"));
    },
    onEarlyKey: open === "menu" ? (key) => setText((before) => before + key) : undefined,
    onHelp: () => setOpen("shortcuts"),
  });
  const openers = useMemo(
    () => ({ openMenu: () => (setText(""), setOpen("menu")), openShortcuts: () => setOpen("shortcuts") }),
    [],
  );
  return (
    <OpenersContext value={openers}>
      {children}
      {used.has("menu") && (
        <CommandMenu
          projectId={projectId}
          open={open === "menu"}
          onOpenChange={(next) => setOpen(next ? "menu" : null)}
          text={text}
          onTextChange={setText}
          onGo={(href) => {
            setOpen(null);
            goTo(href);
          }}
          commands={commands ?? []}
          onRun={run}
        />
      )}
      {used.has("shortcuts") && (
        <ShortcutSheet
          open={open === "shortcuts"}
          onOpenChange={(next) => setOpen(next ? "shortcuts" : null)}
          commands={commands ?? []}
        />
      )}
    </OpenersContext>
  );
}
