"use client";

import { Plus, X } from "lucide-react";
import { useFormContext, useController } from "react-hook-form";
import { DurationInput } from "@/components/duration-input";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { RadioGroup } from "@/components/ui/radio-group";
import { retryDelaysOf, type RetryPolicy } from "@/domain/retry";
import { RetrySchedule } from "./retry-schedule";
import type { WebhookFormValues } from "./types";

const presets = [
  { value: "standard", label: "Standard", help: "10 attempts over three days, as Standard Webhooks advises." },
  { value: "fast", label: "Fast", help: "6 attempts within an hour, for events that soon lose their value." },
  { value: "none", label: "None", help: "One attempt." },
  { value: "custom", label: "Custom", help: "Your own list of waits." },
] as const;

const RETRIES_MAX = 20;

/** The fields for the retry policy of an action, with a drawing of the attempts on a time axis. */
export function RetryField({ isReadOnly }: { isReadOnly: boolean }) {
  const { control, formState } = useFormContext<WebhookFormValues>();
  const { field } = useController({ control, name: "configuration.retry" });
  const policy = field.value;
  const errors = formState.errors.configuration?.retry as { message?: string; delaysSeconds?: DelayErrors } | undefined;
  const choose = (preset: RetryPolicy["preset"]) =>
    field.onChange(
      preset === "custom" ? { preset, delaysSeconds: [...retryDelaysOf(policy)].slice(0, RETRIES_MAX) } : { preset },
    );
  return (
    <Field
      label="Retries"
      as="group"
      error={errors?.message}
      help="A wait varies by 20 %, and is longer if the endpoint asks for it."
    >
      <RadioGroup
        aria-label="Retries"
        look="cards"
        options={presets}
        value={policy.preset}
        onValueChange={choose}
        disabled={isReadOnly}
        className="grid gap-2 sm:grid-cols-2"
      />
      {policy.preset === "custom" && (
        <CustomDelays
          delays={policy.delaysSeconds}
          errors={errors?.delaysSeconds}
          onChange={(delaysSeconds) => field.onChange({ preset: "custom", delaysSeconds })}
          isReadOnly={isReadOnly}
        />
      )}
      <RetrySchedule policy={policy} />
    </Field>
  );
}

type DelayErrors = { message?: string; root?: { message?: string } } & {
  [index: number]: { message?: string } | undefined;
};
type CustomDelaysProps = {
  delays: readonly number[];
  errors: DelayErrors | undefined;
  onChange: (delays: number[]) => void;
  isReadOnly: boolean;
};

function CustomDelays({ delays, errors, onChange, isReadOnly }: CustomDelaysProps) {
  const error = errors?.message ?? errors?.root?.message;
  return (
    <div className="flex flex-col gap-2 rounded-lg border p-3">
      {delays.map((delay, index) => (
        // Each row is one wait, known only by its position, so the index is its key.
        <div key={index}>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="w-24 shrink-0 text-xs text-muted">Attempt {index + 2} after</span>
            <DurationInput
              name={`Wait before attempt ${index + 2}`}
              isNamed
              seconds={delay}
              disabled={isReadOnly}
              onChange={(next) => onChange(delays.map((other, place) => (place === index ? next : other)))}
            />
            {!isReadOnly && (
              <IconButton
                label={`Remove attempt ${index + 2}`}
                size="sm"
                onClick={() => onChange(delays.filter((_, place) => place !== index))}
              >
                <X aria-hidden />
              </IconButton>
            )}
          </div>
          {errors?.[index]?.message && <p className="text-xs text-danger-text">This wait {errors[index].message}.</p>}
        </div>
      ))}
      {error && <p className="text-xs text-danger-text">To retry, {error}.</p>}
      {!isReadOnly && delays.length < RETRIES_MAX && (
        <Button
          size="sm"
          variant="ghost"
          className="self-start"
          onClick={() => onChange([...delays, delays.at(-1) ?? 60])}
        >
          <Plus aria-hidden /> Add an attempt
        </Button>
      )}
    </div>
  );
}
