"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import type { AlertDialogProps } from "./alert-dialog-window";
import { makeLazyPopup } from "./lazy-popup";

const AlertDialogWindow = makeLazyPopup(() =>
  import("./alert-dialog-window").then((module) => module.AlertDialogWindow),
);

/**
 * A dialog that asks for confirmation before an action that is hard to undo. Confirming does not close it: the caller
 * closes it, and may show progress first.
 */
export function AlertDialog(props: AlertDialogProps) {
  return useWasOpened(props.open) && <AlertDialogWindow {...props} />;
}
