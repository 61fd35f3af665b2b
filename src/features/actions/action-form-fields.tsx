"use client";

import { Controller, useFormContext } from "react-hook-form";
import type { ActionField, ActionFormLayout } from "@/domain/action/action-form-layout";
import { isMaskedUrl } from "@/domain/action/webhook/url";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Disclosure } from "@/components/ui/disclosure";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { BodyField } from "./body/body-field";
import { HeadersField, type StoredHeaderSecretSuffixes } from "./headers-field";
import { RetryField } from "./retry-field";
import { UseTestEndpointButton } from "./test-endpoint-button";
import type { ActionFormValues } from "./types";

type Drawn = { projectId: string; kept: StoredHeaderSecretSuffixes; isReadOnly: boolean };

/** Renders the fields of an action's form as the action type describes them, with one card per section. */
export function ActionFormFields({ form, ...drawn }: Drawn & { form: ActionFormLayout }) {
  return form.map(({ title, fields }) => (
    <Card key={title} title={title}>
      <div className="flex flex-col gap-5">
        {fields.map((field, index) => (
          <FormField key={index} field={field} {...drawn} />
        ))}
      </div>
    </Card>
  ));
}

function FormField({ field, ...drawn }: Drawn & { field: ActionField }) {
  const { projectId, kept, isReadOnly } = drawn;
  switch (field.kind) {
    case "row":
      return (
        <div className="grid gap-5 sm:grid-cols-[7rem_minmax(0,1fr)] sm:gap-3">
          {field.fields.map((each, index) => (
            <FormField key={index} field={each} {...drawn} />
          ))}
        </div>
      );
    case "folded":
      return <FoldedFields field={field} isReadOnly={isReadOnly} />;
    case "test endpoint":
      return isReadOnly ? null : <UseTestEndpointButton projectId={projectId} name={`configuration.${field.name}`} />;
    case "body":
      return <BodyField projectId={projectId} isReadOnly={isReadOnly} />;
    case "headers":
      return <HeadersField kept={kept} isReadOnly={isReadOnly} />;
    case "retry":
      return <RetryField isReadOnly={isReadOnly} />;
    default:
      return <ValueField field={field} isReadOnly={isReadOnly} />;
  }
}

type OneValue = Extract<ActionField, { name: string; label: string }>;

/** Renders a form field that holds one value, such as a text, a number or a choice. */
function ValueField({ field, isReadOnly }: { field: OneValue; isReadOnly: boolean }) {
  const { register, control, formState, getFieldState } = useFormContext<ActionFormValues>();
  const path = `configuration.${field.name}` as const;
  const error = getFieldState(path, formState).error?.message;
  if (field.kind === "select")
    return (
      <Controller
        control={control}
        name={path}
        render={({ field: { value, onChange } }) => (
          <Field label={field.label} error={error} help={field.help}>
            <Select options={field.options} value={String(value)} onValueChange={onChange} disabled={isReadOnly} />
          </Field>
        )}
      />
    );
  if (field.kind === "checkbox")
    return (
      <Controller
        control={control}
        name={path}
        render={({ field: { value, onChange } }) => (
          <Checkbox
            checked={value === true}
            onCheckedChange={onChange}
            disabled={isReadOnly}
            label={field.label}
            help={field.help}
          />
        )}
      />
    );
  if (field.kind === "number")
    return (
      <Field label={field.label} error={error} help={field.help}>
        <Input
          type="number"
          inputMode="numeric"
          min={field.min}
          max={field.max}
          suffix={field.unit}
          disabled={isReadOnly}
          {...(field.isOptional ? register(path, { setValueAs: asLimit }) : register(path, { valueAsNumber: true }))}
        />
      </Field>
    );
  const saved: unknown = formState.defaultValues?.configuration?.[field.name];
  const isHidden = typeof saved === "string" && isMaskedUrl(saved);
  return (
    <Field
      label={field.label}
      isRequired={field.isRequired}
      error={error}
      help={isHidden && field.hiddenHelp !== undefined ? field.hiddenHelp : field.help}
    >
      <Input
        type={field.kind}
        inputMode={field.kind}
        isMono
        autoComplete="off"
        spellCheck={false}
        placeholder={field.placeholder}
        disabled={isReadOnly}
        {...register(path)}
      />
    </Field>
  );
}

/** Converts the text of an optional number field into a number; null for an empty field, which means no limit. */
const asLimit = (value: unknown): number | null => (value === "" || value === null ? null : Number(value));

type FoldedProps = { field: Extract<ActionField, { kind: "folded" }>; isReadOnly: boolean };

function FoldedFields({ field: { label, hint, fields }, isReadOnly }: FoldedProps) {
  const { formState, getFieldState } = useFormContext<ActionFormValues>();
  const hasError = fields.some(({ name }) => getFieldState(`configuration.${name}`, formState).invalid);
  return (
    <Disclosure title={label} hint={hint} isOpen={hasError}>
      <div className={fields.length > 2 ? "grid gap-4 sm:grid-cols-3" : "grid gap-4 sm:grid-cols-2"}>
        {fields.map((field) => (
          <ValueField key={field.name} field={field} isReadOnly={isReadOnly} />
        ))}
      </div>
    </Disclosure>
  );
}
