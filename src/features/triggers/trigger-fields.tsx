"use client";

import { memo, useEffect, useMemo } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { DurationInput } from "@/components/duration-input";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioGroup } from "@/components/ui/radio-group";
import { RateSlider } from "@/components/ui/rate-slider";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import type { EventSource } from "@/domain/event-source/event-source";
import { listEventSources } from "@/domain/event-source/registry";
import { ActionPicker } from "./actions/action-picker";
import type { RenderNewActionSheet, TriggerFormValues } from "./types";

/** The form fields for the name, the description and the on/off switch of a trigger. */
export const TriggerBasicFields = memo(function TriggerBasicFields({
  isReadOnly,
  isNew,
}: {
  isReadOnly: boolean;
  isNew: boolean;
}) {
  const { register, control, formState, setFocus } = useFormContext<TriggerFormValues>();
  useEffect(() => {
    if (isNew && !isReadOnly) setFocus("name");
  }, [isNew, isReadOnly, setFocus]);
  return (
    <Card>
      <div className="flex flex-col gap-5">
        <Field label="Name" isRequired error={formState.errors.name?.message}>
          <Input autoComplete="off" placeholder="Errors in production" disabled={isReadOnly} {...register("name")} />
        </Field>
        <Field label="Description" isOptional error={formState.errors.description?.message}>
          <Textarea rows={1} disabled={isReadOnly} {...register("description")} />
        </Field>
        <Controller
          control={control}
          name="status"
          render={({ field }) => (
            <div className="flex items-start gap-3">
              <Switch
                id="trigger-on"
                aria-label="On"
                aria-describedby="trigger-on-help"
                className="mt-0.5"
                checked={field.value === "ACTIVE"}
                onCheckedChange={(isOn) => field.onChange(isOn ? "ACTIVE" : "DISABLED")}
                disabled={isReadOnly}
              />
              <div>
                <p className="text-sm font-medium">{field.value === "ACTIVE" ? "On" : "Off"}</p>
                <p id="trigger-on-help" className="text-xs text-muted">
                  {field.value === "ACTIVE"
                    ? "Looks at every event from the moment it is saved."
                    : "It ignores events, and does not catch up later."}
                </p>
              </div>
            </div>
          )}
        />
      </div>
    </Card>
  );
});

/** The form field that chooses the event source of a trigger. */
export function EventSourceField({ isReadOnly, onChanged }: { isReadOnly: boolean; onChanged: () => void }) {
  const { control } = useFormContext<TriggerFormValues>();
  const options = useMemo(
    () => listEventSources().map(({ name, label, description }) => ({ value: name, label, description })),
    [],
  );
  const [only, ...others] = options;
  if (only && others.length === 0) {
    return (
      <p className="text-sm">
        <span className="font-medium">{only.label}.</span> <span className="text-muted">{only.description}</span>
      </p>
    );
  }
  return (
    <Controller
      control={control}
      name="eventSource"
      render={({ field, fieldState }) => (
        <Field
          label="When this happens"
          error={fieldState.error?.message}
          help={options.find(({ value }) => value === field.value)?.description}
        >
          <Select
            options={options}
            value={field.value}
            disabled={isReadOnly}
            onValueChange={(name) => {
              if (name === field.value) return;
              field.onChange(name);
              onChanged();
            }}
          />
        </Field>
      )}
    />
  );
}

const togetherOptions = ({ one }: EventSource["noun"]) =>
  [
    { value: "source", label: one.charAt(0).toUpperCase() + one.slice(1), description: "Each has its own draw" },
    { value: "trace", label: "Trace", description: "All or nothing of a trace" },
    { value: "session", label: "Session", description: "All or nothing of a session" },
  ] as const;

/** The form fields for a trigger's sampling rate, delay and cap (the most executions an hour). */
export const TriggerSamplingDelayCapFields = memo(function TriggerSamplingDelayCapFields({
  source,
  isReadOnly,
}: {
  source: EventSource;
  isReadOnly: boolean;
}) {
  const { control } = useFormContext<TriggerFormValues>();
  return (
    <Card title="How often and when">
      <div className="grid gap-5 sm:grid-cols-2">
        <Controller
          control={control}
          name="samplingRate"
          render={({ field, fieldState }) => (
            <Field
              label="Sampling rate"
              className="sm:col-span-2"
              error={fieldState.error?.message}
              help="The share of matching events that goes on. An event keeps its answer however often it is sent."
            >
              <RateSlider
                aria-label="Sampling rate"
                value={field.value}
                onValueChange={field.onChange}
                disabled={isReadOnly}
              />
            </Field>
          )}
        />
        <Controller
          control={control}
          name="samplingBy"
          render={({ field }) => (
            <Field label="Keep together by" help="Events of one group are all sampled in, or none of them is.">
              <Select
                options={togetherOptions(source.noun)}
                value={field.value}
                onValueChange={field.onChange}
                disabled={isReadOnly}
              />
            </Field>
          )}
        />
        <CapField isReadOnly={isReadOnly} />
        <DelayFields source={source} isReadOnly={isReadOnly} />
      </div>
    </Card>
  );
});

function DelayFields({ source: { noun }, isReadOnly }: { source: EventSource; isReadOnly: boolean }) {
  const { control } = useFormContext<TriggerFormValues>();
  const modes = [
    { value: "fixed", label: "After a fixed delay", help: "The delay begins with the first match." },
    {
      value: "quiet",
      label: "Once it has been quiet for that long",
      help:
        `Each newer state of the ${noun.one} that matches starts the wait again, up to ten times the ` +
        "delay and 24 hours in all.",
    },
  ] as const;
  return (
    <>
      <Controller
        control={control}
        name="delaySeconds"
        render={({ field, fieldState }) => (
          <Field label="Delay" error={fieldState.error?.message} help="0 starts at once. At most 7 days.">
            <DurationInput
              name="Delay"
              seconds={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              disabled={isReadOnly}
            />
          </Field>
        )}
      />
      <Controller
        control={control}
        name="delayMode"
        render={({ field }) => (
          <Field label="It starts" as="group">
            <RadioGroup
              aria-label="It starts"
              options={modes}
              value={field.value}
              onValueChange={field.onChange}
              disabled={isReadOnly}
            />
          </Field>
        )}
      />
    </>
  );
}

/** The cap that the field suggests when a person switches the cap on, in executions an hour. */
const CAP_SUGGESTED = 100;

function CapField({ isReadOnly }: { isReadOnly: boolean }) {
  const { control } = useFormContext<TriggerFormValues>();
  return (
    <Controller
      control={control}
      name="capPerHour"
      render={({ field, fieldState }) => (
        <Field
          label="Cap"
          as="group"
          error={fieldState.error?.message}
          help="Executions over the cap are skipped and counted. You can send them again."
        >
          <div className="flex h-8 items-center gap-3 pointer-coarse:h-10">
            <Switch
              aria-label="Cap the executions of an hour"
              checked={field.value !== null}
              onCheckedChange={(isOn) => field.onChange(isOn ? CAP_SUGGESTED : null)}
              disabled={isReadOnly}
            />
            {field.value === null ? (
              <span className="text-sm text-muted">No cap</span>
            ) : (
              <Input
                ref={field.ref}
                type="number"
                inputMode="numeric"
                min={1}
                step={1}
                aria-label="Executions an hour"
                aria-invalid={fieldState.invalid}
                suffix="an hour"
                value={Number.isFinite(field.value) ? field.value : ""}
                disabled={isReadOnly}
                onBlur={field.onBlur}
                onChange={(event) => field.onChange(event.target.valueAsNumber)}
                className="w-40"
              />
            )}
          </div>
        </Field>
      )}
    />
  );
}

/** The card of the form that chooses the actions of a trigger. */
export const TriggerActionFields = memo(function TriggerActionFields({
  projectId,
  isReadOnly,
  newAction,
}: {
  projectId: string;
  isReadOnly: boolean;
  newAction: RenderNewActionSheet | null;
}) {
  const { control } = useFormContext<TriggerFormValues>();
  const eventSource = useWatch({ control, name: "eventSource" });
  return (
    <Card title="Then start">
      <Controller
        control={control}
        name="actionIds"
        render={({ field, fieldState }) => (
          <div
            ref={(element) =>
              field.ref(element && { focus: () => element.querySelector<HTMLElement>("button, a")?.focus() })
            }
          >
            <Field
              label="Actions"
              as="group"
              isRequired
              error={fieldState.error?.message ?? fieldState.error?.root?.message}
              help="Each gets an execution of its own, tried again apart from the others."
            >
              <ActionPicker
                projectId={projectId}
                eventSource={eventSource}
                value={field.value}
                onChange={field.onChange}
                isDisabled={isReadOnly}
                newAction={newAction}
              />
            </Field>
          </div>
        )}
      />
    </Card>
  );
});
