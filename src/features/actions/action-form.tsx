"use client";

import { useRef, type ReactNode } from "react";
import { FormProvider, useWatch } from "react-hook-form";
import { SaveBar } from "@/components/save-bar";
import { UnsavedChangesGuard } from "@/components/unsaved-changes-guard";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { hasBodyField } from "@/domain/action/action-form-layout";
import { getActionType, listActionTypes } from "@/domain/action/registry";
import { listEventSources } from "@/domain/event-source/registry";
import { cn } from "@/lib/cn";
import { useSaveKeys } from "@/lib/use-save-keys";
import { ActionEventSourceProvider, useActionEventSource } from "./action-event-source";
import { ActionFormFields } from "./action-form-fields";
import type { StoredHeaderSecretSuffixes } from "./headers-field";
import { ActionPresetPicker } from "./action-preset-picker";
import { ActionTestPanel } from "./action-test-panel";
import { makeNewActionFormValues, type ActionFormValues } from "./types";
import { useActionForm } from "./use-action-form";
import { useUnavailableActionTypes } from "./use-unavailable-action-types";
import { SignatureCheckForm } from "./signature-check-form";
import { SignatureCheckSnippets } from "./signature-check-snippets";

type FormProps = {
  projectId: string;
  /** the id of the saved action; null for a new action */
  actionId: string | null;
  initial: ActionFormValues;
  /** the last four characters of the stored secret headers; undefined for a new action */
  kept?: StoredHeaderSecretSuffixes;
  /** whether the form has one column, with the test panel below the fields; for narrow sheets */
  isNarrow?: boolean;
  isReadOnly: boolean;
  mayTest: boolean;
  /** saves the form's values; rejects with the server's error */
  save: (values: ActionFormValues) => Promise<void>;
  /** called when a save fails because the saved action has changed; undefined for a new action */
  onConflict?: (() => void) | undefined;
  notice?: ReactNode;
  /** content at the right, below the test panel */
  aside?: ReactNode;
};

type ActionFormProps = FormProps & {
  /** the event source of the triggers that start the action; undefined if there are none */
  eventSource?: string | undefined;
};

const noneKept: StoredHeaderSecretSuffixes = new Map();

/**
 * The form of an action: its fields, with a panel that sends a test event. For a saved action of a type that signs, the
 * form also shows how receivers check the signature.
 */
export function ActionForm({ eventSource, ...props }: ActionFormProps) {
  return (
    <ActionEventSourceProvider initial={eventSource}>
      <Form {...props} />
    </ActionEventSourceProvider>
  );
}

function Form({
  projectId,
  actionId,
  initial,
  kept = noneKept,
  isNarrow = false,
  isReadOnly,
  mayTest,
  save,
  onConflict,
  notice,
  aside,
}: FormProps) {
  const { form, submit, showErrors } = useActionForm({ initial, save, onConflict });
  const { register, formState, reset, trigger, getValues } = form;
  const { errors, isDirty, isSubmitting } = formState;
  const types = listActionTypes();
  const typeName = useWatch({ control: form.control, name: "type" });
  const type = getActionType(typeName);
  const { source, choose } = useActionEventSource();
  const sources = listEventSources();
  const unavailable = useUnavailableActionTypes(projectId);
  const problem = unavailable.get(typeName);
  const formRef = useRef<HTMLFormElement>(null);
  useSaveKeys(formRef, () => void submit(), !isReadOnly && !isSubmitting && (actionId === null || isDirty));
  const read = async () => ((await trigger("configuration", { shouldFocus: true })) ? getValues() : null);
  return (
    <FormProvider {...form}>
      <UnsavedChangesGuard isDirty={isDirty} />
      <div
        className={cn("grid max-w-form-page items-start gap-5", !isNarrow && "lg:grid-cols-[minmax(0,1fr)_23.75rem]")}
      >
        <form
          ref={formRef}
          onSubmit={(event) => void submit(event)}
          noValidate
          aria-label="Action"
          className="flex min-w-0 flex-col gap-5"
        >
          {notice}
          {problem !== undefined && (
            <Banner tone="warning" title={`${type?.label ?? typeName}: nothing of this type is delivered here`}>
              {problem}
            </Banner>
          )}
          {actionId === null && !isReadOnly && type && hasBodyField(type.form) && (
            <ActionPresetPicker key={`${type.name} ${source.name}`} />
          )}
          <Card>
            <Field label="Name" isRequired error={errors.name?.message}>
              <Input autoComplete="off" placeholder="On-call channel" disabled={isReadOnly} {...register("name")} />
            </Field>
            {actionId === null && types.length > 1 && (
              <Field label="Type" help={type?.description} error={errors.type?.message} className="mt-5">
                <Select
                  options={types.map(({ name, label }) => ({
                    value: name,
                    label: unavailable.has(name) ? `${label} (switched off here)` : label,
                  }))}
                  value={typeName}
                  onValueChange={(next) => reset({ ...makeNewActionFormValues(next), name: getValues("name") })}
                  disabled={isReadOnly}
                />
              </Field>
            )}
            {sources.length > 1 && (
              <Field
                label="Events"
                help="Presets, the preview and the test show this kind of event. The action works for each kind."
                className="mt-5"
              >
                <Select
                  options={sources.map(({ name, label }) => ({ value: name, label }))}
                  value={source.name}
                  onValueChange={choose}
                />
              </Field>
            )}
          </Card>
          {type && <ActionFormFields form={type.form} projectId={projectId} kept={kept} isReadOnly={isReadOnly} />}
          {!isReadOnly && (
            <SaveBar
              submitLabel={actionId ? "Save" : "Create action"}
              error={errors.root?.message}
              isSubmitting={isSubmitting}
              isDisabled={actionId !== null && !isDirty}
              onDiscard={actionId && isDirty ? () => reset() : null}
            />
          )}
        </form>
        <div className={cn("flex min-w-0 flex-col gap-5", !isNarrow && "lg:sticky lg:top-5")}>
          <ActionTestPanel
            key={source.name}
            projectId={projectId}
            actionId={actionId}
            mayTest={mayTest}
            read={isReadOnly ? undefined : read}
            onError={showErrors}
          />
          {aside}
          {actionId !== null && type?.hasSigningSecret && (
            <>
              <SignatureCheckSnippets />
              <SignatureCheckForm />
            </>
          )}
        </div>
      </div>
    </FormProvider>
  );
}
