"use client";

import { memo, useEffect, useState } from "react";
import { useRouter } from "next/navigation";
import { holdUnsavedChanges } from "@/lib/session-end";
import { AlertDialog } from "./ui/alert-dialog";

type GuardProps = {
  isDirty: boolean;
  /** whether a save is under way; the page may then open the next page without a question */
  isSaving?: boolean;
};

/**
 * Asks for confirmation before unsaved changes are lost: when a link leaves the page, and when the tab closes or
 * reloads. It does not ask at the browser's Back button, nor while a save is under way. With unsaved changes, the page
 * stays open when the session ends.
 */
export const UnsavedChangesGuard = memo(function UnsavedChangesGuard({ isDirty, isSaving = false }: GuardProps) {
  const router = useRouter();
  const [target, setTarget] = useState<string | null>(null);
  useEffect(() => (isDirty ? holdUnsavedChanges() : undefined), [isDirty]);
  useEffect(() => {
    if (!isDirty || isSaving) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const ask = (event: MouseEvent) => {
      const href = leavingLink(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(href);
    };
    window.addEventListener("beforeunload", warn);
    // In the capture phase this listener runs before the click handler of the Next.js link.
    window.addEventListener("click", ask, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("click", ask, { capture: true });
    };
  }, [isDirty, isSaving]);
  return (
    <AlertDialog
      open={target !== null}
      onOpenChange={(open) => !open && setTarget(null)}
      title="Leave without saving?"
      description="Your changes on this page will be lost."
      confirmLabel="Leave"
      isDanger
      onConfirm={() => {
        setTarget(null);
        if (target !== null) router.push(target);
      }}
    />
  );
});

/**
 * Returns the URL of another page of the console that a click opens in this tab; null for any other click. For a link
 * to another site, the browser asks.
 */
function leavingLink(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return null;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (
    !(link instanceof HTMLAnchorElement) ||
    (link.target !== "" && link.target !== "_self") ||
    link.hasAttribute("download")
  )
    return null;
  if (link.origin !== window.location.origin || link.pathname === window.location.pathname) return null;
  return link.pathname + link.search + link.hash;
}
