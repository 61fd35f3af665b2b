import { useCallback } from "react";
import { usePathname } from "next/navigation";
import { makeNeverSettlingPromise } from "./never-settling-promise";
import { useOpenPage } from "./use-go-to";

/**
 * Returns a function that opens another page in place of the form, so that Back does not lead to an empty form. Its
 * promise never settles, so that a form stays busy until its page goes away. If the person has left the page during a
 * save, the function opens nothing.
 * @param how `push` keeps the open page in the browser's history, for a form in a dialog
 */
export function useOpenPageAfterSave(how: "push" | "replace" = "replace"): (href: string) => Promise<never> {
  const open = useOpenPage(how);
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
