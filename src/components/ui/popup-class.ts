/** The frame of menus, lists and popovers. */
export const popupClass =
  "popup-motion rounded-lg border border-line-strong bg-raised text-foreground shadow-raised outline-none dark:border-line-strong";

/** One row of a menu or list. */
export const popupItemClass =
  "flex min-h-8 cursor-default items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0";

/** The heading of a group of rows. */
export const popupGroupClass = "px-2 pt-2 pb-1 text-xs font-medium text-subtle";
