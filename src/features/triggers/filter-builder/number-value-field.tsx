"use client";

import { useState } from "react";
import { Input } from "@/components/ui/input";
import { readEnteredNumber } from "@/domain/json/numeric";

type NumberValueProps = {
  /** a number; or the digits of an integer that a JavaScript number would round, as text */
  value: number | string | undefined;
  unit: string | undefined;
  onChange: (value: number | string | undefined) => void;
  disabled: boolean;
  "aria-label": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
};

/** A field for a number with its unit. A half-typed text stays in the field and counts as no number. */
export function NumberValueField({ value, unit, onChange, ...props }: NumberValueProps) {
  const [draft, setDraft] = useState<{ text: string; value: number | string | undefined } | null>(null);
  // The value was changed from outside, for example by undo, so the typed text belongs to the old value.
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
