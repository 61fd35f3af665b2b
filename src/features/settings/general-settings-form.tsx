"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Controller, useForm } from "react-hook-form";
import { UnsavedChangesGuard } from "@/components/unsaved-changes-guard";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { ProjectSettings } from "@/domain/project";
import { unchangeableRetentionDays } from "@/domain/retention";
import type { UnmatchedStorageLevel, UnmatchedStorage } from "@/domain/unmatched-storage";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { showFieldErrors } from "@/lib/field-errors";
import { resetFormToSaved } from "@/lib/reset-form-to-saved";
import { useTRPC } from "@/lib/trpc/client";

const noun = getEventNounForms();
const retentions = [
  {
    name: "observationRetentionDays",
    label: noun.headings,
    help: "The latest state of each, which filters are previewed on.",
  },
  {
    name: "revisionRetentionDays",
    label: "Revisions",
    help: `Every event received about ${noun.some}, and the decisions about it.`,
  },
  { name: "bodyRetentionDays", label: "Bodies", help: "Request and response bodies." },
  { name: "executionRetentionDays", label: "Executions", help: "The executions themselves, with their attempts." },
  { name: "rejectedRetentionDays", label: "Rejected events", help: "Events that could not be used." },
] as const;

const storageOptions: readonly { value: UnmatchedStorage; label: string; description: string }[] = [
  {
    value: "auto",
    label: "By rate",
    description:
      `Whole below 20 ${noun.many} a second, cut below 200, columns alone above. ` +
      "The rate is that of the last hour.",
  },
  { value: "full", label: "Whole", description: "Input, output and metadata as they came." },
  { value: "cut", label: "Columns and 64 KB", description: "Every column, and the first 64 KB of the bodies." },
  { value: "columns", label: "Columns alone", description: "No input, output or metadata." },
];

/** Sentences about retention times that no project can change. */
const fixedRetentions = [
  `The audit log is kept for ${unchangeableRetentionDays.auditLog} days, used or expired links and ended jobs for`,
  `${unchangeableRetentionDays.linksAndJobs}, and notices for ${unchangeableRetentionDays.notices}.`,
  `Figures by the minute are kept for ${unchangeableRetentionDays.minuteFigures} days.`,
  `After ${unchangeableRetentionDays.hourlyFigures} days hourly figures become daily ones, which stay.`,
  "Versions stay while an execution or a decision names them,",
  `and for at least ${unchangeableRetentionDays.versions} days.`,
].join(" ");

const names = ["name", "viewersSeeBodies", "unmatchedStorage", ...retentions.map(({ name }) => name)] as const;

const partNames: Record<UnmatchedStorageLevel, string> = {
  full: "whole",
  cut: "columns and 64 KB",
  columns: "columns alone",
};

type GeneralFormProps = {
  project: ProjectSettings & { id: string; storedPart: UnmatchedStorageLevel };
  isReadOnly: boolean;
};

export function GeneralSettingsForm({ project, isReadOnly }: GeneralFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.project.update.mutationOptions());
  const form = useForm({
    resolver: zodResolver(ProjectSettings),
    values: ProjectSettings.parse(project),
    resetOptions: { keepDirtyValues: true },
  });
  const { register, control, handleSubmit, setError, reset, formState } = form;
  const { errors, isDirty } = formState;
  const submit = handleSubmit(async (settings) => {
    const sent = structuredClone(form.getValues());
    try {
      await update.mutateAsync({ projectId: project.id, settings });
      resetFormToSaved(form, { sent, saved: settings });
      await queryClient.invalidateQueries(trpc.project.pathFilter());
      toast.success("Settings saved");
    } catch (error) {
      showFieldErrors(error, setError, { names, prefix: "settings." });
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <UnsavedChangesGuard isDirty={isDirty} />
      <Card
        title="General"
        description={isReadOnly ? "Only owners and admins of this project may change these." : undefined}
        footer={
          !isReadOnly && (
            <>
              {isDirty && <span className="mr-auto">You have unsaved changes.</span>}
              <Button disabled={!isDirty} onClick={() => reset()}>
                Discard
              </Button>
              <Button type="submit" variant="primary" disabled={!isDirty} isLoading={formState.isSubmitting}>
                Save
              </Button>
            </>
          )
        }
      >
        <div className="flex flex-col gap-6">
          <Field label="Name" error={errors.name?.message} className="max-w-md">
            <Input autoComplete="off" disabled={isReadOnly} {...register("name")} />
          </Field>
          <Controller
            control={control}
            name="viewersSeeBodies"
            render={({ field }) => (
              <Checkbox
                checked={field.value}
                onCheckedChange={field.onChange}
                disabled={isReadOnly}
                label="Viewers see bodies"
                help={`Inputs and outputs of ${noun.many}, requests and responses. Every other role sees them anyway.`}
              />
            )}
          />
          <Controller
            control={control}
            name="unmatchedStorage"
            render={({ field }) => (
              <Field
                label={`${noun.headings} that no trigger matched`}
                help={
                  `Stored at present: ${partNames[project.storedPart]}. ` +
                  "Previews, backfills, explanations and later updates see the stored part. " +
                  `${noun.headings} that a trigger matched are stored whole.`
                }
                className="max-w-md"
              >
                <Select
                  options={storageOptions}
                  value={field.value}
                  onValueChange={field.onChange}
                  disabled={isReadOnly}
                />
              </Field>
            )}
          />
          <fieldset className="border-t pt-5">
            <legend className="float-left mb-1 w-full text-base font-medium">How long things are kept</legend>
            <p className="mb-4 text-sm text-muted">In days. Older data is deleted once an hour.</p>
            <div className="grid gap-5 sm:grid-cols-2">
              {retentions.map(({ name, label, help }) => (
                <Field key={name} label={label} help={help} error={errors[name]?.message}>
                  <Input
                    type="number"
                    inputMode="numeric"
                    min={1}
                    step={1}
                    suffix="days"
                    disabled={isReadOnly}
                    {...register(name, { valueAsNumber: true })}
                  />
                </Field>
              ))}
            </div>
            <p className="mt-5 text-sm text-muted">{fixedRetentions}</p>
          </fieldset>
          {errors.root && (
            <Banner tone="danger" isAlert>
              {errors.root.message}
            </Banner>
          )}
        </div>
      </Card>
    </form>
  );
}
