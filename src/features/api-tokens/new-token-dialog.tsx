"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm } from "react-hook-form";
import { FormDialog } from "@/components/form-dialog";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { TokenScope } from "@/domain/access";
import { ApiTokenInput, scopeDescriptions } from "@/domain/api-token";
import { showFieldErrors } from "@/lib/field-errors";

const ends = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "No end" },
] as const;
type End = (typeof ends)[number]["value"];

type NewTokenProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreate: (input: ApiTokenInput) => Promise<{ token: string }>;
  onCreated: (token: string) => void;
};

/** The dialog that creates an API token: it asks for the name, the scopes and the expiry. */
export function NewTokenDialog({ open, onOpenChange, onCreate, onCreated }: NewTokenProps) {
  const { register, control, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(ApiTokenInput),
    defaultValues: { name: "", scopes: ["read"], expiresInDays: 90 },
  });
  const { errors } = formState;
  const submit = handleSubmit(async (input) => {
    try {
      const { token } = await onCreate(input);
      onOpenChange(false);
      onCreated(token);
      reset();
    } catch (error) {
      showFieldErrors(error, setError, { names: ["name", "scopes", "expiresInDays"] });
    }
  });
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      onClosed={reset}
      title="Create an API token"
      submitLabel="Create token"
      state={formState}
      onSubmit={submit}
    >
      <Field label="Name" help="The program or agent that uses it." error={errors.name?.message}>
        <Input autoComplete="off" placeholder="CI of the rules repository" {...register("name")} />
      </Field>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 text-sm font-medium">Scopes</legend>
        <Controller
          control={control}
          name="scopes"
          render={({ field: { value, onChange } }) => (
            <>
              {TokenScope.options.map((scope) => (
                <Checkbox
                  key={scope}
                  label={scope}
                  help={scopeDescriptions[scope]}
                  checked={value.includes(scope)}
                  onCheckedChange={(checked) =>
                    onChange(TokenScope.options.filter((one) => (one === scope ? checked : value.includes(one))))
                  }
                />
              ))}
            </>
          )}
        />
        {errors.scopes && (
          <p role="alert" className="text-xs text-danger">
            {errors.scopes.message}
          </p>
        )}
      </fieldset>
      <Field label="Expires" error={errors.expiresInDays?.message}>
        <Controller
          control={control}
          name="expiresInDays"
          render={({ field: { value, onChange } }) => (
            <Select
              options={ends}
              value={String(value ?? "never") as End}
              onValueChange={(end) => onChange(end === "never" ? null : Number(end))}
            />
          )}
        />
      </Field>
    </FormDialog>
  );
}
