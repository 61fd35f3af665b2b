"use client";

import { useCallback, useEffect, useRef, useState } from "react";

/** The time for which the state tells the result of a copy, in ms. */
const CONFIRM_MS = 1_600;

export type CopyState = "idle" | "copied" | "failed";

/** Copies text to the clipboard. For 1.6 s after a copy, the state tells whether it worked. */
export function useCopyToClipboard(): { state: CopyState; copy: (text: string) => Promise<void> } {
  const [state, setState] = useState<CopyState>("idle");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = useCallback(async (text: string) => {
    const done = await write(text);
    setState(done ? "copied" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState("idle"), CONFIRM_MS);
  }, []);
  return { state, copy };
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page over plain http has no clipboard, except on localhost.
    return writeThroughSelection(text);
  }
}

function writeThroughSelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.style.cssText = "position:fixed;opacity:0";
  // An open dialog takes the focus away from elements outside of it, so the text area goes into the dialog.
  (focused?.closest("[role=dialog]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
