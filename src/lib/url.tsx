"use client";

import {
  createContext,
  startTransition,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useOptimistic,
  useRef,
  type ReactNode,
} from "react";
import { usePathname, useSearchParams } from "next/navigation";

/** The address of a page: its path, and its query string without "?". */
type Address = { pathname: string; search: string };
export type PageAddress = Address & {
  /** returns the newest address, even before React has rendered it */
  newest: () => Address;
  /**
   * Changes the address without a request, because the page shows what the address names.
   * @param isReplacing whether the entry in the browser's history is replaced
   */
  show: (url: string, isReplacing: boolean) => void;
};

export const UrlContext = createContext<PageAddress | null>(null);

/**
 * Returns the address of the page, with functions that read its newest value and change it.
 * @throws Error outside of `UrlProvider`
 */
export function useUrl(): PageAddress {
  const url = useContext(UrlContext);
  if (!url) throw new Error("useUrl needs a UrlProvider around it");
  return url;
}

/**
 * Provides the address of the page. The router renders a new address in a transition. Until then this component already
 * provides the new address, so that a further change builds on it.
 */
export function UrlProvider({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const routed = useMemo<Address>(() => ({ pathname, search }), [pathname, search]);
  const [shown, setShown] = useOptimistic(routed);
  const newest = useRef(shown);
  useLayoutEffect(() => void (newest.current = shown), [shown]);
  const show = useCallback(
    (url: string, isReplacing: boolean) => {
      const { pathname, search } = new URL(url, window.location.origin);
      newest.current = { pathname, search: search.slice(1) };
      startTransition(() => {
        setShown(newest.current);
        if (isReplacing) window.history.replaceState(null, "", url);
        else window.history.pushState(null, "", url);
      });
    },
    [setShown],
  );
  const value = useMemo<PageAddress>(() => ({ ...shown, newest: () => newest.current, show }), [shown, show]);
  return <UrlContext value={value}>{children}</UrlContext>;
}
