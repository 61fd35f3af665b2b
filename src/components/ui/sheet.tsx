"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import { makeLazyPopup } from "./lazy-popup";
import type { SheetProps } from "./sheet-window";

const SheetWindow = makeLazyPopup(() => import("./sheet-window").then((module) => module.SheetWindow));

/** A modal panel of full height at the side of the window. The panel of a row is `RowPanel`. */
export function Sheet(props: SheetProps) {
  return useWasOpened(props.open) && <SheetWindow {...props} />;
}
