import { useCallback } from "react";
import { usePathname } from "next/navigation";
import { makeNeverSettlingPromise } from "./never-settling-promise";
import { useOpenPage } from "./use-go-to";

/**
 * Returns a function that opens another page. Its promise never settles, so that a form stays busy until its page goes
 * away. If the person has left the page during a save, the function opens nothing.
 */
export function useOpenPageAfterSave(): (href: string) => Promise<never> {
  const open = useOpenPage();
  const pathname = usePathname();
  return useCallback(
    (href) => {
      // The component may go away before its page does: a refetch can hide the button that was clicked.
      if (window.location.pathname === pathname) open(href);
      return makeNeverSettlingPromise();
    },
    [open, pathname],
  );
}
