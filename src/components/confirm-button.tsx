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
   * promise rejects, the dialog shows the error and stays open for another try
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
  const [error, setError] = useState<unknown>(null);
  const confirm = async () => {
    setIsLoading(true);
    setError(null);
    try {
      await onConfirm();
      setIsOpen(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setIsLoading(false);
    }
  };
  const open = () => {
    setError(null);
    setIsOpen(true);
  };
  return (
    <>
      <Button aria-haspopup="dialog" {...button} onClick={open}>
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
        error={error}
        typeToConfirm={typeToConfirm}
      />
    </>
  );
}
