"use client";

import { useEffect, useEffectEvent } from "react";
import { isTyping } from "@/lib/is-typing";
import type { Command } from "./registry";

/** The most time between the two keys of a sequence, in ms. */
const SEQUENCE_MS = 1_200;

type Shortcuts = {
  commands: readonly Command[];
  onCommand: (command: Command) => void;
  onMenu: () => void;
  /** gets keys that are pressed after the menu opens and before its field has the focus; otherwise undefined */
  onEarlyKey: ((key: string) => void) | undefined;
  onHelp: () => void;
};

/** Listens for ⌘K or Ctrl K, for `?`, and for the keys and sequences of commands. */
export function useShortcuts({ commands, onCommand, onMenu, onEarlyKey, onHelp }: Shortcuts): void {
  const handle = useEffectEvent((event: KeyboardEvent, first: string | null): string | null => {
    if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      onMenu();
      return null;
    }
    if (isTyping(event)) return null;
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
    const key = event.key.toLowerCase();
    const inSequence = first && commands.find(({ keys }) => keys?.[0] === first && keys[1] === key);
    const command = inSequence || commands.find(({ keys }) => keys?.length === 1 && keys[0] === key);
    if (command) {
      event.preventDefault();
      onCommand(command);
      return null;
    }
    return commands.some(({ keys }) => keys?.[0] === key) ? key : null;
  });
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const listener = (event: KeyboardEvent) => {
      const isFresh = first !== null && event.timeStamp - first.at < SEQUENCE_MS;
      const key = handle(event, isFresh && first ? first.key : null);
      first = key === null ? null : { key, at: event.timeStamp };
    };
    // The listener comes before the shortcuts of a page, because their keys may be the second of a sequence.
    window.addEventListener("keydown", listener, { capture: true });
    return () => window.removeEventListener("keydown", listener, { capture: true });
  }, []);
}
