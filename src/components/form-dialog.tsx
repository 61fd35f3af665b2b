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
  /**
   * the state of the form in React Hook Form. The root error belongs to no single field, and appears above the fields
   */
  state: { isSubmitting: boolean; errors: { root?: { message?: string | undefined } | undefined } };
  onSubmit: (event: BaseSyntheticEvent) => Promise<void>;
  /** called when the person closes the dialog, so that the caller can reset the form */
  onClosed?: () => void;
  children: ReactNode;
};

/** A dialog that contains one form. Its footer has a Cancel button and a submit button. */
export function FormDialog(props: FormDialogProps) {
  const { open, title, description, submitLabel, onSubmit, children } = props;
  const { isSubmitting, errors } = props.state;
  const formId = useId();
  const onOpenChange = (next: boolean): void => {
    if (!next) props.onClosed?.();
    props.onOpenChange(next);
  };
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
        {errors.root?.message && (
          <Banner tone="danger" isAlert>
            {errors.root.message}
          </Banner>
        )}
        {children}
      </form>
    </Dialog>
  );
}
