"use client";

import { useState } from "react";
import type { TimeRange } from "@/lib/time-range";
import { Button } from "./ui/button";
import { Field } from "./ui/field";
import { Input } from "./ui/input";

/** Two fields for a custom time interval: its start and its end. One of them may stay empty. */
export function TimeIntervalFields({ value, onSubmit }: { value: TimeRange; onSubmit: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(toField(value.from));
  const [to, setTo] = useState(toField(value.to));
  const range: TimeRange = { range: null, from: fromField(from), to: fromField(to) };
  const isEmpty = range.from === null && range.to === null;
  const isReversed = range.from !== null && range.to !== null && range.from >= range.to;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty && !isReversed) onSubmit(range);
      }}
    >
      <Field label="From">
        <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="To" error={isReversed ? "Choose a time after the start." : undefined}>
        <Input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" variant="primary" disabled={isEmpty || isReversed}>
        Apply
      </Button>
    </form>
  );
}

/** Formats a date for a `datetime-local` input: the person's local time, without a zone. */
function toField(date: Date | null): string {
  if (date === null) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromField(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
