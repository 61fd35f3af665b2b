"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import type { DialogProps } from "./dialog-window";
import { makeLazyPopup } from "./lazy-popup";

const DialogWindow = makeLazyPopup(() => import("./dialog-window").then((module) => module.DialogWindow));

/**
 * A modal dialog. On a phone it rises from the bottom of the screen. Its script loads when a person first uses the
 * page.
 */
export function Dialog(props: DialogProps) {
  return useWasOpened(props.open) && <DialogWindow {...props} />;
}
