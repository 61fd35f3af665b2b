import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type FieldPath, type Resolver } from "react-hook-form";
import { z } from "zod";
import { fieldNames } from "@/domain/action/action-form";
import { getActionType } from "@/domain/action/registry";
import { ConfigurationName } from "@/domain/trigger";
import { showFieldErrors } from "@/lib/field-errors";
import { isApiError } from "@/lib/trpc/client";
import type { ActionValues } from "./types";

/** The schema of the type checks the form. */
const resolver: Resolver<ActionValues> = (values, context, options) => {
  const configuration = getActionType(values.type)?.input ?? z.record(z.string(), z.unknown());
  const schema = z.object({ name: ConfigurationName, type: z.string(), configuration });
  // The form always holds every field, so that what it takes is what comes out: the schema's defaults never apply.
  const resolve = zodResolver(schema) as unknown as Resolver<ActionValues>;
  return resolve(values, context, options);
};

/** The names of the fields that the server may find fault with. */
function namesOf({ type, configuration }: ActionValues): FieldPath<ActionValues>[] {
  const headers = Array.isArray(configuration.headers) ? configuration.headers : [];
  const rows = headers.flatMap((_, index) => [`headers.${index}.name`, `headers.${index}.value`]);
  const fields = [...fieldNames(getActionType(type)?.form ?? []), ...rows];
  return ["name", ...fields.map((field) => `configuration.${field}` as const)];
}

/** Returns the saved values: an entered secret counts as a kept one. */
const afterSave = (values: ActionValues): ActionValues => ({
  ...values,
  configuration: getActionType(values.type)?.withoutSecrets(values.configuration) ?? values.configuration,
});

type Options = { initial: ActionValues; save: (values: ActionValues) => Promise<void>; onConflict: () => void };

/** The form of an action. The schema of the server checks its fields. */
export function useActionForm({ initial, save, onConflict }: Options) {
  const form = useForm<ActionValues>({ resolver, defaultValues: initial });
  const showErrors = (error: unknown) => showFieldErrors(error, form.setError, namesOf(form.getValues()));
  const submit = form.handleSubmit(async (values) => {
    try {
      await save(values);
      form.reset(afterSave(values));
    } catch (error) {
      if (isApiError(error) && error.data?.code === "CONFLICT") onConflict();
      else showErrors(error);
    }
  });
  return { form, submit, showErrors };
}
