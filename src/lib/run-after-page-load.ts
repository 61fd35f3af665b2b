/** The wait in a browser without idle callbacks, in ms. */
const IDLE_MS = 200;

/**
 * Calls `start` once the page has loaded and the browser is idle. By then React has taken over the whole HTML. Newer
 * data before that would differ from the HTML, and React would report an error and draw the page again.
 * @returns a function that cancels the call
 */
export function runAfterPageLoad(start: () => void): () => void {
  let cancel = (): void => window.removeEventListener("load", waitForIdle);
  function waitForIdle(): void {
    if ("requestIdleCallback" in window) {
      const id = requestIdleCallback(start);
      cancel = () => cancelIdleCallback(id);
    } else {
      const id = setTimeout(start, IDLE_MS);
      cancel = () => clearTimeout(id);
    }
  }
  if (document.readyState === "complete") waitForIdle();
  else window.addEventListener("load", waitForIdle, { once: true });
  return () => cancel();
}
