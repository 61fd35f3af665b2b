"use client";

import { useId, useState } from "react";
import { Input } from "./ui/input";
import { Select } from "./ui/select";

const units = [
  { value: "1", label: "seconds" },
  { value: "60", label: "minutes" },
  { value: "3600", label: "hours" },
  { value: "86400", label: "days" },
] as const;
type Unit = (typeof units)[number]["value"];

/** Returns the largest unit in which a duration is a whole number. */
const unitOf = (seconds: number): Unit =>
  units.findLast((unit) => seconds > 0 && seconds % Number(unit.value) === 0)?.value ?? "1";

const textOf = (seconds: number): string => (Number.isFinite(seconds) ? String(seconds / Number(unitOf(seconds))) : "");

type DurationInputProps = {
  seconds: number;
  /** called with the new duration in seconds. NaN stands for text that is no number, and the form rejects NaN */
  onChange: (seconds: number) => void;
  onBlur?: () => void;
  disabled?: boolean;
  /** the accessible name of the unit select. Outside of a `Field` it also names the number input */
  name: string;
  isNamed?: boolean;
};

/** Two inputs for a duration: a number and its unit. The value is in seconds. */
export function DurationInput({ seconds, onChange, onBlur, disabled, name, isNamed = false }: DurationInputProps) {
  const unitId = useId();
  const [shown, setShown] = useState(seconds);
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds));
  const [text, setText] = useState(() => textOf(seconds));
  // `seconds` differs from the shown value because the person discarded the form's changes.
  if (!Object.is(shown, seconds)) {
    setShown(seconds);
    setUnit(unitOf(seconds));
    setText(textOf(seconds));
  }
  const change = (nextText: string, nextUnit: Unit) => {
    const amount = nextText.trim() === "" ? Number.NaN : Number(nextText);
    // The result is rounded: 0.1 minutes is 6 seconds, not 6.000000000000001.
    const next = Number((amount * Number(nextUnit)).toFixed(6));
    setText(nextText);
    setUnit(nextUnit);
    setShown(next);
    onChange(next);
  };
  return (
    <div className="flex min-w-0 gap-2">
      <Input
        type="number"
        inputMode="decimal"
        min={0}
        step="any"
        aria-label={isNamed ? name : undefined}
        value={text}
        disabled={disabled}
        onBlur={onBlur}
        onChange={(event) => change(event.target.value, unit)}
        className="w-24 tabular-nums"
      />
      <div className="w-28">
        <Select
          aria-label={`${name}, unit`}
          id={unitId}
          options={units}
          value={unit}
          disabled={disabled}
          onValueChange={(next) => change(text, next)}
        />
      </div>
    </div>
  );
}
