import { useCallback } from "react";
import { useRouter } from "next/navigation";
import { askBeforeLeaving, isUrlOfOpenPage } from "./leave-guard";

/** Returns a function for commands and menus that opens an address. If the page has unsaved changes, it asks first. */
export function useGoTo(): (href: string) => void {
  const router = useRouter();
  return useCallback(
    (href) => {
      if (isUrlOfOpenPage(href)) router.push(href);
      else askBeforeLeaving(() => router.push(href));
    },
    [router],
  );
}
