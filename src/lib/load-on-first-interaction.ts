/** Events by which a person uses the page. Focus is not one of them, because a form focuses its first field itself. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"] as const;

type Load = () => Promise<unknown>;

const waiting = new Set<Load>();
let isUsed = false;
let isListening = false;

/**
 * Loads code when a person first moves the pointer, touches the page or presses a key. Menus, dialogs and cards need
 * this code, but the first view of a page does not. After that first use, a call loads its code at once.
 */
export function loadOnFirstInteraction(load: Load): void {
  if (typeof window === "undefined") return;
  if (isUsed) return void attempt(load);
  waiting.add(load);
  if (isListening) return;
  isListening = true;
  for (const sign of SIGNS) window.addEventListener(sign, start, { capture: true, passive: true });
}

function start(): void {
  isUsed = true;
  for (const sign of SIGNS) window.removeEventListener(sign, start, { capture: true });
  for (const load of waiting) attempt(load);
  waiting.clear();
}

/** Starts a load, and ignores a failure: the menu or dialog loads its code again when somebody opens it. */
function attempt(load: Load): void {
  load().catch(() => undefined);
}
