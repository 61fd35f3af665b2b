import { waitUntilPageIsShown } from "./page-change";

/**
 * How many loads run at once. All of them at once would fill a slow connection, and the page that a person asked for
 * would come after them.
 */
const LOADS_AT_ONCE = 2;

/** Events by which a person uses the page. Focus is not one of them, because a form focuses its first field itself. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"] as const;

type Load = () => Promise<unknown>;

const waiting = new Set<Load>();
let isUsed = false;
let isListening = false;

/**
 * Loads code when a person first moves the pointer, touches the page or presses a key. Menus, dialogs and cards need
 * this code, but the first view of a page does not. After that first use, a call loads its code soon. A menu that
 * somebody opens earlier loads its code itself.
 */
export function loadOnFirstInteraction(load: Load): void {
  if (typeof window === "undefined") return;
  waiting.add(load);
  if (isUsed) return startLoads();
  if (isListening) return;
  isListening = true;
  for (const sign of SIGNS) window.addEventListener(sign, start, { capture: true, passive: true });
}

function start(): void {
  isUsed = true;
  for (const sign of SIGNS) window.removeEventListener(sign, start, { capture: true });
  startLoads();
}

let loading = 0;

/** Starts the loads that wait, one after another, and none while another page is on its way. */
function startLoads(): void {
  while (loading < LOADS_AT_ONCE && waiting.size > 0) {
    loading++;
    void loadWaiting().finally(() => loading--);
  }
}

async function loadWaiting(): Promise<void> {
  for (;;) {
    await waitUntilPageIsShown();
    const [load] = waiting;
    if (!load) return;
    waiting.delete(load);
    // A failure needs no handling: the menu or dialog loads its code again when somebody opens it.
    await load().catch(() => undefined);
  }
}
