"use client";

import { createContext, use } from "react";

type FieldControl = { id: string; describedBy: string | undefined; isInvalid: boolean; isRequired: boolean };

export const FieldContext = createContext<FieldControl | null>(null);

type ControlProps = {
  id?: string;
  required?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean | "true" | "false" | "grammar" | "spelling";
};

/**
 * Returns the id and the aria attributes that a control gets from the `Field` around it. The control's own props take
 * precedence.
 */
export function useFieldControl(props: ControlProps): {
  id: string | undefined;
  "aria-describedby": string | undefined;
  "aria-invalid": ControlProps["aria-invalid"];
  "aria-required": boolean | undefined;
} {
  const field = use(FieldContext);
  return {
    id: props.id ?? field?.id,
    "aria-describedby": props["aria-describedby"] ?? field?.describedBy,
    "aria-invalid": props["aria-invalid"] ?? (field?.isInvalid || undefined),
    "aria-required": props.required ?? (field?.isRequired || undefined),
  };
}
