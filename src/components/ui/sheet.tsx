"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import { makeLazyPopup } from "./lazy-popup";
import type { SheetProps } from "./sheet-window";

const SheetWindow = makeLazyPopup(() => import("./sheet-window").then((module) => module.SheetWindow));

/**
 * A modal panel at the side of the window, as high as the window. For the details of a table row use `RowPanel`, which
 * is not modal.
 */
export function Sheet(props: SheetProps) {
  return useWasOpened(props.open) && <SheetWindow {...props} />;
}
