"use client";

import { useState } from "react";
import { Input } from "@/components/ui/input";
import { readEnteredNumber } from "@/domain/json/numeric";

type NumberValueProps = {
  /** a number; or, as text, the digits of a number that JavaScript would round */
  value: number | string | undefined;
  unit: string | undefined;
  onChange: (value: number | string | undefined) => void;
  disabled: boolean;
  "aria-label": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
};

/**
 * A field for a number with its unit. A text that is not a valid number stays in the field, and its value is undefined.
 */
export function NumberValueField({ value, unit, onChange, ...props }: NumberValueProps) {
  const [draft, setDraft] = useState<{ text: string; value: number | string | undefined } | null>(null);
  // `value` was changed by something else, such as undo, so the typed text is out of date.
  if (draft && draft.value !== value) setDraft(null);
  const type = (text: string) => {
    const next = readEnteredNumber(text.replace(",", ".")) ?? undefined;
    setDraft({ text, value: next });
    onChange(next);
  };
  return (
    <Input
      {...props}
      inputMode="decimal"
      autoComplete="off"
      placeholder="number"
      suffix={unit}
      value={draft?.text ?? (value === undefined ? "" : String(value))}
      onChange={(event) => type(event.target.value)}
      onBlur={() => value !== undefined && setDraft(null)}
    />
  );
}
