"use client";

import { useIsPageChanging, useCountPendingPageChange } from "@/lib/page-change";

/** A moving line at the top of the window while another page loads, so that a click shows its effect at once. */
export function PageChangeBar() {
  if (!useIsPageChanging()) return null;
  return (
    <div
      role="progressbar"
      aria-label="The page loads"
      className="pointer-events-none fixed inset-x-0 top-0 z-70 h-0.5 overflow-hidden"
    >
      <div className="h-full w-1/3 animate-slide bg-accent motion-reduce:w-full motion-reduce:animate-none" />
    </div>
  );
}

/** Stands among the placeholders of a page, so that the page counts as loading until it takes their place. */
export function PageChangeUnderWay() {
  useCountPendingPageChange(true);
  return null;
}
