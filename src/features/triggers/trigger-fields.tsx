"use client";

import { useMemo } from "react";
import { Controller, useFormContext } from "react-hook-form";
import { DurationInput } from "@/components/duration-input";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RateSlider } from "@/components/ui/rate-slider";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import { listEventSources } from "@/domain/event-source/registry";
import { ActionPicker } from "./action-picker";
import type { TriggerValues } from "./types";

/** What a trigger is called, and whether it is on. */
export function BasicFields({ isReadOnly }: { isReadOnly: boolean }) {
  const { register, control, formState } = useFormContext<TriggerValues>();
  return (
    <Card>
      <div className="flex flex-col gap-5">
        <Field label="Name" isRequired error={formState.errors.name?.message}>
          <Input autoComplete="off" placeholder="Errors in production" disabled={isReadOnly} {...register("name")} />
        </Field>
        <Field label="Description" isOptional error={formState.errors.description?.message}>
          <Textarea rows={2} disabled={isReadOnly} {...register("description")} />
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
                  {field.value === "ACTIVE" ? "Looks at every event from the moment it is saved." : "Events pass it by, and are not made up for later."}
                </p>
              </div>
            </div>
          )}
        />
      </div>
    </Card>
  );
}

/** Which kind of event a trigger listens to. */
export function EventSourceField({ isReadOnly, onChanged }: { isReadOnly: boolean; onChanged: () => void }) {
  const { control } = useFormContext<TriggerValues>();
  const options = useMemo(() => listEventSources().map(({ name, label, description }) => ({ value: name, label, description })), []);
  return (
    <Controller
      control={control}
      name="eventSource"
      render={({ field, fieldState }) => (
        <Field label="When this happens" error={fieldState.error?.message} help={options.find(({ value }) => value === field.value)?.description}>
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

const togetherOptions = [
  { value: "source", label: "Observation", description: "Each is drawn on its own" },
  { value: "trace", label: "Trace", description: "All or nothing of a trace" },
  { value: "session", label: "Session", description: "All or nothing of a session" },
] as const;

/** How many of the matches are taken, and when their actions start. */
export function PaceFields({ isReadOnly }: { isReadOnly: boolean }) {
  const { control } = useFormContext<TriggerValues>();
  return (
    <Card title="How often and when">
      <div className="grid gap-5 sm:grid-cols-2">
        <Controller
          control={control}
          name="samplingRate"
          render={({ field, fieldState }) => (
            <Field label="Sampling rate" className="sm:col-span-2" error={fieldState.error?.message} help="The share of matching events that goes on. An event keeps its answer however often it is sent.">
              <RateSlider aria-label="Sampling rate" value={field.value} onValueChange={field.onChange} disabled={isReadOnly} />
            </Field>
          )}
        />
        <Controller
          control={control}
          name="samplingBy"
          render={({ field }) => (
            <Field label="Keep together by" help="What shares one draw of the sample.">
              <Select options={togetherOptions} value={field.value} onValueChange={field.onChange} disabled={isReadOnly} />
            </Field>
          )}
        />
        <Controller
          control={control}
          name="delaySeconds"
          render={({ field, fieldState }) => (
            <Field label="Delay" error={fieldState.error?.message} help="Counts from the first match. At most 7 days.">
              <DurationInput name="Delay" seconds={field.value} onChange={field.onChange} onBlur={field.onBlur} disabled={isReadOnly} />
            </Field>
          )}
        />
      </div>
    </Card>
  );
}

/** What a trigger starts. */
export function ActionFields({ projectId, isReadOnly, mayCreate }: { projectId: string; isReadOnly: boolean; mayCreate: boolean }) {
  const { control } = useFormContext<TriggerValues>();
  return (
    <Card title="Then start">
      <Controller
        control={control}
        name="actionIds"
        render={({ field, fieldState }) => (
          <div ref={(element) => field.ref(element && { focus: () => element.querySelector<HTMLElement>("[role=checkbox], a")?.focus() })}>
            <Field label="Actions" as="group" isRequired error={fieldState.error?.message ?? fieldState.error?.root?.message} help="Each gets an execution of its own, tried again apart from the others.">
              <ActionPicker projectId={projectId} value={field.value} onChange={field.onChange} isDisabled={isReadOnly} mayCreate={mayCreate} />
            </Field>
          </div>
        )}
      />
    </Card>
  );
}
