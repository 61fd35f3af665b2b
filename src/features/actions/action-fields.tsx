"use client";

import { Controller, useFormContext } from "react-hook-form";
import { isMasked } from "@/domain/action/webhook/url";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Disclosure } from "@/components/ui/disclosure";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { BodyField } from "./body/body-field";
import { HeadersField, type KeptSecrets } from "./headers-field";
import { RetryField } from "./retry-field";
import { TestEndpointButton } from "./test-endpoint-button";
import type { ActionValues } from "./types";

const methods = [
  { value: "POST", label: "POST" },
  { value: "PUT", label: "PUT" },
  { value: "PATCH", label: "PATCH" },
] as const;

/** Where a webhook goes and what it carries. */
export function RequestFields({
  projectId,
  kept,
  isReadOnly,
}: {
  projectId: string;
  kept: KeptSecrets;
  isReadOnly: boolean;
}) {
  const { register, control, formState } = useFormContext<ActionValues>();
  const errors = formState.errors.configuration;
  const isHidden = isMasked(formState.defaultValues?.configuration?.url ?? "");
  return (
    <Card title="Request">
      <div className="flex flex-col gap-5">
        <div className="grid gap-5 sm:grid-cols-[7rem_minmax(0,1fr)] sm:gap-3">
          <Controller
            control={control}
            name="configuration.method"
            render={({ field }) => (
              <Field label="Method">
                <Select options={methods} value={field.value} onValueChange={field.onChange} disabled={isReadOnly} />
              </Field>
            )}
          />
          <Field label="URL" isRequired error={errors?.url?.message} help={isHidden ? HIDDEN_URL : undefined}>
            <Input
              type="url"
              inputMode="url"
              isMono
              autoComplete="off"
              spellCheck={false}
              placeholder="https://example.com/webhooks"
              disabled={isReadOnly}
              {...register("configuration.url")}
            />
          </Field>
        </div>
        {!isReadOnly && <TestEndpointButton projectId={projectId} />}
        <BodyField projectId={projectId} isReadOnly={isReadOnly} />
        <HeadersField kept={kept} isReadOnly={isReadOnly} />
      </div>
    </Card>
  );
}

const HIDDEN_URL = "The path is hidden, as it can be a credential. It stays as it is until you enter another URL.";

/** What happens when a request fails, and what is kept of the answer. */
export function DeliveryFields({ isReadOnly }: { isReadOnly: boolean }) {
  const { control } = useFormContext<ActionValues>();
  return (
    <Card title="Delivery">
      <div className="flex flex-col gap-5">
        <RetryField isReadOnly={isReadOnly} />
        <Controller
          control={control}
          name="configuration.storeResponse"
          render={({ field }) => (
            <Checkbox
              checked={field.value}
              onCheckedChange={field.onChange}
              disabled={isReadOnly}
              label="Keep responses"
              help="The first 16 KB of each answer, to read on the execution's page. Switch it off where answers carry personal data."
            />
          )}
        />
        <Timeouts isReadOnly={isReadOnly} />
        <Limits isReadOnly={isReadOnly} />
      </div>
    </Card>
  );
}

const timeouts = [
  { name: "connectMs", label: "Connect", max: 5_000 },
  { name: "headersMs", label: "First byte", max: 15_000 },
  { name: "totalMs", label: "Whole request", max: 20_000 },
] as const;

function Timeouts({ isReadOnly }: { isReadOnly: boolean }) {
  const { register, formState } = useFormContext<ActionValues>();
  const errors = formState.errors.configuration?.timeouts;
  return (
    <Disclosure title="Timeouts" hint="Of connect, first byte and the whole request" isOpen={errors !== undefined}>
      <div className="grid gap-4 sm:grid-cols-3">
        {timeouts.map(({ name, label, max }) => (
          <Field
            key={name}
            label={label}
            error={errors?.[name]?.message}
            help={`100 to ${max.toLocaleString("en-US")} ms`}
          >
            <Input
              type="number"
              inputMode="numeric"
              min={100}
              max={max}
              suffix="ms"
              disabled={isReadOnly}
              {...register(`configuration.timeouts.${name}`, { valueAsNumber: true })}
            />
          </Field>
        ))}
      </div>
    </Disclosure>
  );
}

/** An empty field is no limit. */
const asLimit = (value: unknown): number | null => (value === "" || value === null ? null : Number(value));

function Limits({ isReadOnly }: { isReadOnly: boolean }) {
  const { register, formState } = useFormContext<ActionValues>();
  const errors = formState.errors.configuration;
  return (
    <Disclosure
      title="Limits"
      hint="Of requests at once, and a second"
      isOpen={errors?.maxConcurrent !== undefined || errors?.maxPerSecond !== undefined}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Requests at once"
          error={errors?.maxConcurrent?.message}
          help="1 to 100, of all processes together."
        >
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            max={100}
            disabled={isReadOnly}
            {...register("configuration.maxConcurrent", { valueAsNumber: true })}
          />
        </Field>
        <Field label="Requests a second" error={errors?.maxPerSecond?.message} help="1 to 1,000; empty for no limit.">
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000}
            disabled={isReadOnly}
            {...register("configuration.maxPerSecond", { setValueAs: asLimit })}
          />
        </Field>
      </div>
    </Disclosure>
  );
}
