type Listener = () => void;

const listeners = new Set<Listener>();
let timer: ReturnType<typeof setInterval> | undefined;

const tick = (): void => listeners.forEach((call) => call());

/** Runs the timer while there is a subscriber and the tab is visible. */
function follow(): void {
  const isNeeded = listeners.size > 0 && document.visibilityState === "visible";
  if (isNeeded) timer ??= setInterval(tick, 1_000);
  else {
    clearInterval(timer);
    timer = undefined;
  }
}

function onVisibility(): void {
  if (document.visibilityState === "visible") tick();
  follow();
}

/**
 * Calls the listener once a second, and when the tab becomes visible. All subscribers share one timer, which rests
 * while the tab is hidden.
 */
export function subscribeToSeconds(listener: Listener): () => void {
  if (listeners.size === 0) document.addEventListener("visibilitychange", onVisibility);
  listeners.add(listener);
  follow();
  return () => {
    listeners.delete(listener);
    follow();
    if (listeners.size === 0) document.removeEventListener("visibilitychange", onVisibility);
  };
}
