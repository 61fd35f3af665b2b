import { cn } from "@/lib/cn";

/** The CSS classes of the frame around menus, lists and popovers. */
export const popupClass = cn(
  "popup-motion rounded-lg border border-line-strong bg-raised",
  "text-foreground shadow-raised outline-none dark:border-line-strong",
);

/** The CSS classes of one row in a menu or a list. */
export const popupItemClass = cn(
  "flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none",
  "data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0",
);

/** The CSS classes of the heading above a group of rows. */
export const popupGroupHeadingClass = "px-2 pt-2 pb-1 text-xs font-medium text-subtle";
