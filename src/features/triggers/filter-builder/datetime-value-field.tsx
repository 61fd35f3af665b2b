"use client";

import { Input } from "@/components/ui/input";
import { parseInstant } from "@/domain/filter/parse-instant";

type DatetimeValueProps = {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  disabled: boolean;
  "aria-label": string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
};

/** A field for a date and a time in UTC, because filters compare dates in UTC. Its value is ISO 8601 text. */
export function DatetimeValueField({ value, onChange, ...props }: DatetimeValueProps) {
  const instant = parseInstant(value);
  return (
    <Input
      {...props}
      type="datetime-local"
      step={1}
      max="9999-12-31T23:59:59"
      suffix="UTC"
      value={instant === null ? "" : new Date(instant).toISOString().slice(0, 19)}
      onChange={(event) => {
        const next = parseInstant(event.target.value);
        onChange(next === null ? undefined : new Date(next).toISOString());
      }}
    />
  );
}
