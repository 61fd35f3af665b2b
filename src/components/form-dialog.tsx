"use client";

import { useId, type BaseSyntheticEvent, type ReactNode } from "react";
import { useSessionEnded } from "@/lib/session-end";
import { Banner } from "./ui/banner";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";
import { UnsavedChangesGuard } from "./unsaved-changes-guard";

type FormDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submitLabel: string;
  /**
   * the state of the form in React Hook Form. The root error belongs to no single field, and appears above the fields
   */
  state: { isDirty: boolean; isSubmitting: boolean; errors: { root?: { message?: string | undefined } | undefined } };
  onSubmit: (event: BaseSyntheticEvent) => Promise<void>;
  /** called when the person closes the dialog, so that the caller can reset the form */
  onClosed?: () => void;
  children: ReactNode;
};

/** A dialog that contains one form. Its footer has a Cancel button and a submit button. */
export function FormDialog(props: FormDialogProps) {
  const { open, title, description, submitLabel, onSubmit, children } = props;
  const { isDirty, isSubmitting, errors } = props.state;
  const isSessionEnded = useSessionEnded();
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
      <UnsavedChangesGuard isDirty={open && isDirty} />
      <form id={formId} onSubmit={(event) => void onSubmit(event)} noValidate className="flex flex-col gap-4">
        {errors.root?.message && !isSessionEnded && (
          <Banner tone="danger" isAlert>
            {errors.root.message}
          </Banner>
        )}
        {children}
      </form>
    </Dialog>
  );
}
