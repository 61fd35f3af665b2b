import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type FieldPath, type Resolver } from "react-hook-form";
import { z } from "zod";
import { listFormFieldPaths } from "@/domain/action/action-form-layout";
import { getActionType } from "@/domain/action/registry";
import { DisplayName } from "@/domain/display-name";
import { showFieldErrors } from "@/lib/field-errors";
import { resetFormToSaved } from "@/lib/reset-form-to-saved";
import { isApiError } from "@/lib/trpc/client";
import type { ActionFormValues } from "./types";

/** Validates the form's values with the zod schema of the action type. */
const resolver: Resolver<ActionFormValues> = (values, context, options) => {
  const configuration = getActionType(values.type)?.input ?? z.record(z.string(), z.unknown());
  const schema = z.object({ name: DisplayName, type: z.string(), configuration });
  // The form contains every field, so the schema applies no defaults, and its input and output types are equal.
  const resolve = zodResolver(schema) as unknown as Resolver<ActionFormValues>;
  return resolve(values, context, options);
};

/** Lists the form fields at which a server error can be shown. */
function namesOf({ type, configuration }: ActionFormValues): FieldPath<ActionFormValues>[] {
  const headers = Array.isArray(configuration.headers) ? configuration.headers : [];
  const rows = headers.flatMap((_, index) => [`headers.${index}.name`, `headers.${index}.value`]);
  const fields = [...listFormFieldPaths(getActionType(type)?.form ?? []), ...rows];
  return ["name", ...fields.map((field) => `configuration.${field}` as const)];
}

/**
 * Returns the form's values as they are after a save: without the secrets that the person entered, because the server
 * now stores them.
 */
const afterSave = (values: ActionFormValues): ActionFormValues => ({
  ...values,
  configuration: getActionType(values.type)?.withoutSecrets(values.configuration) ?? values.configuration,
});

type Options = {
  initial: ActionFormValues;
  save: (values: ActionFormValues) => Promise<void>;
  onConflict?: (() => void) | undefined;
};

/**
 * Returns the state and the submit function of an action's form (React Hook Form). The schema of the action type
 * validates the fields.
 */
export function useActionForm({ initial, save, onConflict }: Options) {
  const form = useForm<ActionFormValues>({ resolver, defaultValues: initial });
  const showErrors = (error: unknown) => showFieldErrors(error, form.setError, { names: namesOf(form.getValues()) });
  const submit = form.handleSubmit(async (values) => {
    const sent = structuredClone(form.getValues());
    try {
      await save(values);
      resetFormToSaved(form, { sent, saved: afterSave(values) });
    } catch (error) {
      if (onConflict && isApiError(error) && error.data?.code === "CONFLICT") onConflict();
      else showErrors(error);
    }
  });
  return { form, submit, showErrors };
}
