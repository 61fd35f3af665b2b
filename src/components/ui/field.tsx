"use client";

import { useId, useMemo, type ReactNode } from "react";
import { CircleAlert } from "lucide-react";
import { cn } from "@/lib/cn";
import { FieldContext } from "./field-context";

type FieldProps = {
  label: ReactNode;
  /** one sentence under the control */
  help?: ReactNode;
  /** the error message under the control; a message also marks the control as invalid */
  error?: string | undefined;
  isRequired?: boolean;
  isOptional?: boolean;
  /** content at the right end of the label's line */
  aside?: ReactNode;
  /**
   * `label` for a single control; `group` for several controls, such as radio buttons, which then form a named group
   */
  as?: "label" | "group";
  className?: string;
  children: ReactNode;
};

/**
 * A form field: a label, a control, a help text and an error. The controls in components/ui read their id and aria
 * attributes from it by React context, except in a `group`.
 */
export function Field({
  label,
  help,
  error,
  isRequired = false,
  isOptional = false,
  aside,
  as = "label",
  className,
  children,
}: FieldProps) {
  const id = useId();
  const [helpId, errorId, labelId] = [`${id}-help`, `${id}-error`, `${id}-label`];
  const describedBy = [error && errorId, help && helpId].filter(Boolean).join(" ") || undefined;
  const isGroup = as === "group";
  const control = useMemo(
    () => (isGroup ? null : { id, describedBy, isInvalid: Boolean(error), isRequired }),
    [id, describedBy, error, isRequired, isGroup],
  );
  const group = isGroup ? { role: "group", "aria-labelledby": labelId, "aria-describedby": describedBy } : {};
  const Label = isGroup ? "span" : "label";
  return (
    <div className={cn("flex min-w-0 flex-col gap-1.5", className)} {...group}>
      <div className="flex items-baseline justify-between gap-3">
        <Label id={labelId} htmlFor={isGroup ? undefined : id} className="text-sm font-medium text-foreground">
          {label}
          {isOptional && <span className="ml-1.5 font-normal text-subtle">optional</span>}
        </Label>
        {aside && <span className="text-xs text-subtle">{aside}</span>}
      </div>
      <FieldContext value={control}>{children}</FieldContext>
      {error && (
        <p id={errorId} className="flex items-start gap-1.5 text-xs text-danger-text">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      )}
      {help && (
        <p id={helpId} className="text-xs text-muted">
          {help}
        </p>
      )}
    </div>
  );
}
