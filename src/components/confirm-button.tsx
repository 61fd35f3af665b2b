"use client";

import { useState, type ReactNode } from "react";
import { AlertDialog } from "./ui/alert-dialog";
import { Button, type ButtonProps } from "./ui/button";

type ConfirmButtonProps = Pick<ButtonProps, "variant" | "size" | "disabled" | "className"> & {
  title: string;
  description: ReactNode;
  confirmLabel: string;
  /**
   * runs after the person confirms. The dialog shows progress until the promise settles, and then closes. If the
   * promise rejects, the dialog stays open for another try, and the caller shows the error
   */
  onConfirm: () => Promise<unknown>;
  isDanger?: boolean;
  typeToConfirm?: string;
  children: ReactNode;
};

/** A button that first opens a dialog, and calls `onConfirm` after the person confirms. */
export function ConfirmButton({
  title,
  description,
  confirmLabel,
  onConfirm,
  isDanger,
  typeToConfirm,
  children,
  ...button
}: ConfirmButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [isLoading, setIsLoading] = useState(false);
  const confirm = async () => {
    setIsLoading(true);
    try {
      await onConfirm();
      setIsOpen(false);
    } catch {
      // `onConfirm` rejected: the dialog stays open for another try.
    } finally {
      setIsLoading(false);
    }
  };
  return (
    <>
      <Button aria-haspopup="dialog" {...button} onClick={() => setIsOpen(true)}>
        {children}
      </Button>
      <AlertDialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={title}
        description={description}
        confirmLabel={confirmLabel}
        onConfirm={() => void confirm()}
        isDanger={isDanger}
        isLoading={isLoading}
        typeToConfirm={typeToConfirm}
      />
    </>
  );
}
