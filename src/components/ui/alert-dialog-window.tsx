"use client";

import { useId, useState, type ReactNode } from "react";
import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { cn } from "@/lib/cn";
import { Banner } from "./banner";
import { Button } from "./button";
import { Field } from "./field";
import { Input } from "./input";

export type AlertDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** one or two sentences about the consequence of the action */
  description: ReactNode;
  /** the label of the button that confirms, such as `Delete trigger` */
  confirmLabel: string;
  onConfirm: () => void;
  isDanger?: boolean;
  isLoading?: boolean;
  /** why the last confirmation failed; the toasts are out of reach while the dialog is open */
  error?: unknown;
  /** a text that the person must type before the confirm button works, for actions that nobody can undo */
  typeToConfirm?: string;
  children?: ReactNode;
};

/** The visible window of an `AlertDialog`. Its script loads when a person first uses the page. */
export function AlertDialogWindow(props: AlertDialogProps) {
  return (
    <Base.Root open={props.open} onOpenChange={(next) => (next || !props.isLoading) && props.onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop
          className={cn(
            "fixed inset-0 z-50 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0",
            "data-starting-style:opacity-0",
          )}
        />
        <Base.Popup
          className={cn(
            "fixed inset-x-0 bottom-0 z-50 mx-auto w-full rounded-t-xl border border-line-strong bg-raised",
            "shadow-raised outline-none sm:top-[18vh] sm:bottom-auto sm:max-w-md sm:rounded-xl",
            "transition-[opacity,translate] duration-150 ease-out data-ending-style:translate-y-2",
            "data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0",
          )}
        >
          <Question {...props} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Question({
  title,
  description,
  confirmLabel,
  onConfirm,
  isDanger = false,
  isLoading,
  error,
  typeToConfirm,
  children,
}: AlertDialogProps) {
  const [typed, setTyped] = useState("");
  const formId = useId();
  const isReady = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  return (
    <>
      <form
        id={formId}
        className="flex flex-col gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          // React events bubble through portals, so this event would also submit a form around the dialog.
          event.stopPropagation();
          if (isReady && !isLoading) onConfirm();
        }}
      >
        <div>
          <Base.Title className="text-base font-medium">{title}</Base.Title>
          <Base.Description className="mt-1.5 text-sm text-muted">{description}</Base.Description>
        </div>
        {error instanceof Error && (
          <Banner tone="danger" isAlert>
            {error.message}
          </Banner>
        )}
        {children}
        {typeToConfirm !== undefined && (
          <Field
            label={
              <>
                Type <span className="font-mono text-foreground">{typeToConfirm}</span> to confirm
              </>
            }
          >
            <Input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        )}
      </form>
      <div className="flex justify-end gap-2 border-t px-5 py-3.5">
        <Base.Close render={<Button disabled={isLoading}>Cancel</Button>} />
        <Button
          type="submit"
          form={formId}
          variant={isDanger ? "danger" : "primary"}
          disabled={!isReady}
          isLoading={isLoading}
        >
          {confirmLabel}
        </Button>
      </div>
    </>
  );
}
