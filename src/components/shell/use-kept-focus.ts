import { useEffect } from "react";

const TARGETS = "button:not([disabled]), a[href]";

/**
 * Keeps the keyboard's place on a page. A button such as "Send now" can go away with its own click. The nearest button
 * or link that remains then gets the focus, where the browser would start again at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** the last focused element of the page, and its ancestors */
    let trail: Element[] = [];
    let path = "";
    const pageOf = ({ target }: Event): Element | null => (target instanceof Element ? target.closest("main") : null);
    const remember = (event: FocusEvent): void => {
      const page = pageOf(event);
      if (!page) return;
      trail = [];
      path = window.location.pathname;
      for (let at = event.target as Element | null; at && at !== page; at = at.parentElement) trail.push(at);
    };
    // A press on the page without a focus afterwards means that nothing has the focus.
    const forget = (event: Event): void => void (pageOf(event) && (trail = []));
    const restore = (): void => {
      if (!trail[0] || trail[0].isConnected || document.activeElement !== document.body) return;
      const isSamePage = window.location.pathname === path;
      const rest = trail.find((element) => element.isConnected);
      trail = [];
      if (isSamePage) rest?.querySelector<HTMLElement>(TARGETS)?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(restore);
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerdown", forget, { capture: true });
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", forget, { capture: true });
    };
  }, []);
}
