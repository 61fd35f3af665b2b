"use client";

import { useId, type BaseSyntheticEvent, type ReactNode } from "react";
import { Banner } from "./ui/banner";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

type FormDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submitLabel: string;
  isSubmitting: boolean;
  onSubmit: (event: BaseSyntheticEvent) => Promise<void>;
  /** the error that belongs to no single field; undefined without an error */
  problem: string | undefined;
  /** the fields of the form */
  children: ReactNode;
};

/** A dialog that contains one form. Its footer has a Cancel button and a submit button. */
export function FormDialog(props: FormDialogProps) {
  const { open, onOpenChange, title, description, submitLabel, isSubmitting, onSubmit, problem, children } = props;
  const formId = useId();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" isLoading={isSubmitting}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void onSubmit(event)} noValidate className="flex flex-col gap-4">
        {problem && (
          <Banner tone="danger" isAlert>
            {problem}
          </Banner>
        )}
        {children}
      </form>
    </Dialog>
  );
}
