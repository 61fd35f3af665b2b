"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type FieldPath, type Resolver } from "react-hook-form";
import { showFieldErrors } from "@/lib/field-errors";
import { isApiError } from "@/lib/trpc/client";
import { ActionValues } from "./types";

// The form always holds every field, so that what it takes is what comes out: the defaults of the schema never apply.
const resolver = zodResolver(ActionValues) as unknown as Resolver<ActionValues>;

const fixedNames: readonly FieldPath<ActionValues>[] = [
  "name",
  "configuration.url",
  "configuration.method",
  "configuration.detail",
  "configuration.template",
  "configuration.retry",
  "configuration.retry.delaysSeconds",
  "configuration.timeouts.connectMs",
  "configuration.timeouts.headersMs",
  "configuration.timeouts.totalMs",
  "configuration.storeResponse",
  "configuration.maxConcurrent",
  "configuration.maxPerSecond",
];

/** What is stored from now on: a secret that was entered is one to keep. */
function withoutSecrets({ name, configuration }: ActionValues): ActionValues {
  const headers = configuration.headers.map((header) => (header.secret ? { name: header.name, secret: true } : header));
  return { name, configuration: { ...configuration, headers } };
}

type Options = { initial: ActionValues; save: (values: ActionValues) => Promise<void>; onConflict: () => void };

/** The fields of an action, checked by the same schema as on the server. */
export function useActionForm({ initial, save, onConflict }: Options) {
  const form = useForm<ActionValues>({ resolver, defaultValues: initial });
  const showErrors = (error: unknown) => {
    const headers = form
      .getValues("configuration.headers")
      .flatMap((_, index) => [
        `configuration.headers.${index}.name` as const,
        `configuration.headers.${index}.value` as const,
      ]);
    showFieldErrors(error, form.setError, [...fixedNames, ...headers, "configuration.headers"]);
  };
  const submit = form.handleSubmit(async (values) => {
    try {
      await save(values);
      form.reset(withoutSecrets(values));
    } catch (error) {
      if (isApiError(error) && error.data?.code === "CONFLICT") onConflict();
      else showErrors(error);
    }
  });
  return { form, submit, showErrors };
}
