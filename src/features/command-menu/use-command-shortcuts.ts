"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { isKeyIgnoredByShortcuts } from "@/lib/is-key-ignored-by-shortcuts";
import type { Command } from "./project-commands";

/** The longest time between the two keys of a shortcut such as `g e`, in ms. */
const SEQUENCE_MS = 1_200;

type Shortcuts = {
  /**
   * the commands; null until their script has loaded. Keys that are pressed earlier take effect once the script has
   * loaded
   */
  commands: readonly Command[] | null;
  onCommand: (command: Command) => void;
  onMenu: () => void;
  /**
   * called with each character that is typed between the opening of the menu and the focus of its search field;
   * undefined at other times
   */
  onEarlyKey: ((key: string) => void) | undefined;
  onHelp: () => void;
};

/**
 * Listens to the keyboard: ⌘K or Ctrl K opens the menu, `?` opens the list of shortcuts, and other keys run commands.
 */
export function useCommandShortcuts({ commands, onCommand, onMenu, onEarlyKey, onHelp }: Shortcuts): void {
  const first = useRef<{ key: string; at: number } | null>(null);
  const early = useRef<KeyboardEvent[]>([]);
  const remember = (event: KeyboardEvent, key: string | null): void => {
    first.current = key === null ? null : { key, at: event.timeStamp };
  };
  /**
   * Runs the command of a pressed key. Returns the key if it runs nothing and may be the first of two keys; else null.
   */
  const runCommand = (event: KeyboardEvent): string | null => {
    const isFresh = first.current !== null && event.timeStamp - first.current.at < SEQUENCE_MS;
    const before = isFresh && first.current ? first.current.key : null;
    const key = event.key.toLowerCase();
    const inSequence = before && commands?.find(({ keys }) => keys?.[0] === before && keys[1] === key);
    const command = inSequence || commands?.find(({ keys }) => keys?.length === 1 && keys[0] === key);
    if (!command) return commands?.some(({ keys }) => keys?.[0] === key) ? key : null;
    event.preventDefault();
    onCommand(command);
    return null;
  };
  const onKey = useEffectEvent((event: KeyboardEvent): string | null => {
    if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      onMenu();
      return null;
    }
    if (isKeyIgnoredByShortcuts(event)) return null;
    if (onEarlyKey && event.key.length === 1) {
      event.preventDefault();
      onEarlyKey(event.key);
      return null;
    }
    if (event.key === "?") {
      event.preventDefault();
      onHelp();
      return null;
    }
    if (commands !== null) return runCommand(event);
    early.current.push(event);
    return null;
  });
  const onCommands = useEffectEvent(() => {
    for (const event of early.current.splice(0)) remember(event, runCommand(event));
  });
  const listen = useEffectEvent((event: KeyboardEvent) => remember(event, onKey(event)));
  const hasCommands = commands !== null;
  useEffect(() => {
    if (hasCommands) onCommands();
  }, [hasCommands]);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => listen(event);
    // The capture phase puts this listener before those of pages, whose shortcut may be a sequence's second key.
    window.addEventListener("keydown", listener, { capture: true });
    return () => window.removeEventListener("keydown", listener, { capture: true });
  }, []);
}
