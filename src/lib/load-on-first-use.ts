/** The first of these events says that a person uses the page. A focus does not: a form focuses its first field. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"] as const;

type Load = () => Promise<unknown>;

const waiting = new Set<Load>();
let isUsed = false;
let isListening = false;

/**
 * Loads code at the first move, touch or key of a person: menus, dialogs and cards need it, and the first view of a
 * page does not. It has arrived long before somebody opens one. Code that is named later loads at once.
 */
export function loadOnFirstUse(load: Load): void {
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

/** A failed load is tried again when somebody opens the thing. */
function attempt(load: Load): void {
  load().catch(() => undefined);
}
