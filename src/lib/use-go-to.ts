"use client";

import { useCallback, useTransition } from "react";
import { usePathname, useRouter } from "next/navigation";
import { askBeforeLeaving, isUrlOfOpenPage } from "./leave-guard";
import { useCountPendingPageChange } from "./page-change";

/** Returns a function for commands and menus that opens an address. If the page has unsaved changes, it asks first. */
export function useGoTo(): (href: string) => void {
  const open = useOpenPage();
  return useCallback(
    (href) => {
      if (isUrlOfOpenPage(href)) open(href);
      else askBeforeLeaving(() => open(href));
    },
    [open],
  );
}

/** Like `useGoTo`, for the end of a request. If the person has left the page meanwhile, the function opens nothing. */
export function useGoToUnlessLeft(): (href: string) => void {
  const goTo = useGoTo();
  const pathname = usePathname();
  return useCallback(
    (href) => {
      if (window.location.pathname === pathname) goTo(href);
    },
    [goTo, pathname],
  );
}

/**
 * Returns a function that opens an address. Until its page is visible, the bar of page changes shows that it loads.
 * @param how `replace` takes the open page out of the browser's history
 */
export function useOpenPage(how: "push" | "replace" = "push"): (href: string) => void {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  useCountPendingPageChange(isPending);
  return useCallback((href) => startTransition(() => router[how](href)), [router, how]);
}
