/** The longest time for which a press counts, in ms. A longer one is a drag, or the browser hid the release. */
const PRESS_MAX_MS = 1_000;
/** After a touch, the browser sends the click a moment after the release, in ms. */
const CLICK_WAIT_MS = 50;

let isPressed = false;
/** The changes that wait for the end of the press; null while no change has to wait. */
let waiting: (() => void)[] | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

if (typeof window !== "undefined") {
  const listen = (event: string, listener: () => void) =>
    window.addEventListener(event, listener, { capture: true, passive: true });
  listen("pointerdown", () => {
    isPressed = true;
    waiting ??= [];
    endPressIn(PRESS_MAX_MS);
  });
  listen("pointerup", () => endPressIn(CLICK_WAIT_MS));
  listen("pointercancel", endPress);
  listen("click", endPress);
}

/**
 * Runs a change of the page at once. While a mouse button or a finger is down, it runs the change after the click,
 * because a change that moves or replaces the element under the pointer would lose the click.
 */
export function runOutsidePress(change: () => void): void {
  if (waiting) waiting.push(change);
  else change();
}

function endPressIn(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(endPress, ms);
}

function endPress(): void {
  clearTimeout(timer);
  isPressed = false;
  // The handlers of the click run first.
  setTimeout(runWaiting, 0);
}

function runWaiting(): void {
  if (isPressed || !waiting) return;
  const changes = waiting;
  waiting = null;
  for (const change of changes)
    try {
      change();
    } catch (error) {
      reportError(error);
    }
}
