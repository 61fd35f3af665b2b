"use client";

import { useWasOpened } from "@/lib/use-was-opened";
import type { AlertDialogProps } from "./alert-dialog-window";
import { makeLazyPopup } from "./lazy-popup";

const AlertDialogWindow = makeLazyPopup(() =>
  import("./alert-dialog-window").then((module) => module.AlertDialogWindow),
);

/** Asks before an action that is hard to undo. The caller closes the dialog, so that it can show progress. */
export function AlertDialog(props: AlertDialogProps) {
  return useWasOpened(props.open) && <AlertDialogWindow {...props} />;
}
