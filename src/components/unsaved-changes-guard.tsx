"use client";

import { memo, useEffect, useState } from "react";
import { useRouter } from "next/navigation";
import { addLeaveQuestion, isUrlOfOpenPage } from "@/lib/leave-guard";
import { keepPageAtSessionEnd } from "@/lib/session-end";
import { AlertDialog } from "./ui/alert-dialog";

type GuardProps = {
  isDirty: boolean;
  /** what is lost */
  loss?: string;
};

/**
 * Asks for confirmation before unsaved changes are lost: when a link, a command, or the Back or Forward button leaves
 * the page, and when the tab closes or reloads. During a save it asks too, because the save may fail. The question
 * closes after the save. An ended session does not leave the page either.
 */
export const UnsavedChangesGuard = memo(function UnsavedChangesGuard({
  isDirty,
  loss = "Changes on this page that are not saved will be lost.",
}: GuardProps) {
  const router = useRouter();
  /** opens the page that the person asked for; null if the person asked for none */
  const [leave, setLeave] = useState<(() => void) | null>(null);
  if (!isDirty && leave !== null) setLeave(null);
  useEffect(() => (isDirty ? keepPageAtSessionEnd() : undefined), [isDirty]);
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const ask = (event: MouseEvent) => {
      const href = leavingLink(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      setLeave(() => () => router.push(href));
    };
    const question = (go: () => void) => setLeave(() => go);
    const removers = [addLeaveQuestion(question), askBeforeTraversal(question)];
    window.addEventListener("beforeunload", warn);
    // In the capture phase this listener runs before the click handler of the Next.js link.
    window.addEventListener("click", ask, { capture: true });
    return () => {
      removers.forEach((remove) => remove());
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("click", ask, { capture: true });
    };
  }, [isDirty, router]);
  return (
    <AlertDialog
      open={leave !== null}
      onOpenChange={(open) => !open && setLeave(null)}
      title="Leave without saving?"
      description={loss}
      confirmLabel="Leave"
      isDanger
      onConfirm={() => {
        setLeave(null);
        leave?.();
      }}
    />
  );
});

/**
 * Stops each step in the browser's history that leaves the page, and calls `ask` with a function that takes the step.
 * If the step leads to another document, the browser asks by itself. A browser without the Navigation API does not ask.
 * @returns a function that ends the questions
 */
function askBeforeTraversal(ask: (go: () => void) => void): () => void {
  if (!("navigation" in window)) return () => undefined;
  const { navigation } = window;
  let isAllowed = false;
  const onNavigate = (event: NavigateEvent): void => {
    const { destination, navigationType, cancelable } = event;
    if (isAllowed || navigationType !== "traverse" || !cancelable || !destination.sameDocument) return;
    if (isUrlOfOpenPage(destination.url)) return;
    event.preventDefault();
    ask(() => {
      isAllowed = true;
      navigation.traverseTo(destination.key);
    });
  };
  navigation.addEventListener("navigate", onNavigate);
  return () => navigation.removeEventListener("navigate", onNavigate);
}

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
  if (link.origin !== window.location.origin || isUrlOfOpenPage(link.href)) return null;
  return link.pathname + link.search + link.hash;
}
