import { useState } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { JOB_RATE_PER_MINUTE_DEFAULT, JOB_RATE_PER_MINUTE_MAX } from "@/domain/job-rate";
import { formatNumber } from "@/lib/format";

type Rate = {
  text: string;
  setText: (text: string) => void;
  /** the rate in executions per minute; null if the text is not a valid rate */
  perMinute: number | null;
};

/** Holds the text in a job's rate field, and the rate that the text means. */
export function useJobRate(): Rate {
  const [text, setText] = useState(String(JOB_RATE_PER_MINUTE_DEFAULT));
  const number = Number(text);
  const isRate = Number.isInteger(number) && number >= 1 && number <= JOB_RATE_PER_MINUTE_MAX;
  return { text, setText, perMinute: isRate ? number : null };
}

export function JobRateField({ rate: { text, setText, perMinute } }: { rate: Rate }) {
  return (
    <Field
      label="Executions a minute"
      error={perMinute === null ? `A whole number, 1 to ${formatNumber(JOB_RATE_PER_MINUTE_MAX)}.` : undefined}
      help="A low rate protects the receiver."
    >
      <Input
        type="number"
        inputMode="numeric"
        min={1}
        max={JOB_RATE_PER_MINUTE_MAX}
        step={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="sm:w-40"
      />
    </Field>
  );
}
