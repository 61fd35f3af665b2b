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

/** Returns the largest unit in which a duration is a whole number; seconds for 0 and for a fraction of a second. */
const unitOf = (seconds: number): Unit =>
  units.findLast((unit) => seconds > 0 && seconds % Number(unit.value) === 0)?.value ?? "1";

const textOf = (seconds: number): string => (Number.isFinite(seconds) ? String(seconds / Number(unitOf(seconds))) : "");

type DurationInputProps = {
  seconds: number;
  /** called with the new duration in seconds. NaN stands for an empty text, and the form rejects NaN */
  onChange: (seconds: number) => void;
  onBlur?: () => void;
  disabled?: boolean;
  /** the name of the duration, such as `Delay`; screen readers call the unit select `Delay, unit` */
  name: string;
  /** whether the number input gets `name` as its accessible name, because no `Field` names it */
  isNamed?: boolean;
};

/** Two inputs for a duration: a number and its unit. The value is in seconds. */
export function DurationInput({ seconds, onChange, onBlur, disabled, name, isNamed = false }: DurationInputProps) {
  const unitId = useId();
  const [shown, setShown] = useState(seconds);
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds));
  const [text, setText] = useState(() => textOf(seconds));
  // The caller has changed `seconds`, for example because the person discarded the form's changes.
  if (!Object.is(shown, seconds)) {
    setShown(seconds);
    setUnit(unitOf(seconds));
    setText(textOf(seconds));
  }
  const change = (nextText: string, nextUnit: Unit) => {
    const amount = nextText.trim() === "" ? Number.NaN : Number(nextText);
    // The result is rounded: 0.57 minutes is 34.2 seconds, not 34.199999999999996.
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
