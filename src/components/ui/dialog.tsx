"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import type { DialogProps } from "./dialog-window";
import { makeLazyPopup } from "./lazy-popup";

const DialogWindow = makeLazyPopup(() => import("./dialog-window").then((module) => module.DialogWindow));

/** A modal dialog. At 390 px it rises from the bottom. Its code loads at the first sign of a person. */
export function Dialog(props: DialogProps) {
  return useWasOpened(props.open) && <DialogWindow {...props} />;
}
