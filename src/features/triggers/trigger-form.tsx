"use client";

import { useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import { FormProvider, useWatch, type Control } from "react-hook-form";
import { SaveBar } from "@/components/save-bar";
import { UnsavedChangesGuard } from "@/components/unsaved-changes-guard";
import { Button } from "@/components/ui/button";
import type { EventSource } from "@/domain/event-source/event-source";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { cn } from "@/lib/cn";
import { useSaveKeys } from "@/lib/use-save-keys";
import { FilterCard } from "./filter-card";
import type { FilterTrial } from "./preview/filter-trial";
import { useChosenEvent, type InitiallyChosenEvent } from "./preview/use-chosen-event";
import { previewSampleSizes, useTriggerPreview, type PreviewSampleSize } from "./preview/use-trigger-preview";
import { useStoppedShares } from "./preview/use-stopped-shares";
import { TriggerActionFields, TriggerBasicFields, TriggerSamplingDelayCapFields } from "./trigger-fields";
import { TriggerFormPreviewColumn, type TriggerFormPreviewData } from "./trigger-form-preview-column";
import type { RenderNewActionSheet, TriggerFormValues } from "./types";
import { usePreviewColumnOpen } from "./use-preview-column-open";
import { useTriggerForm } from "./use-trigger-form";

type TriggerFormProps = {
  projectId: string;
  /** the id of the trigger; null for a new trigger */
  triggerId: string | null;
  initial: TriggerInput;
  /** the stored event that the preview chooses at first; null for the latest event */
  tryOn?: InitiallyChosenEvent | null;
  isReadOnly: boolean;
  /** renders the sheet that creates an action; null if the person may not create actions */
  newAction: RenderNewActionSheet | null;
  /** saves the form's values; rejects with the server's error */
  save: (input: TriggerInput) => Promise<void>;
  /** starts a shadow (a trial that sends nothing) with the form's filter and sampling; null for a new trigger */
  tryAsShadow?: ((input: TriggerInput) => Promise<void>) | null;
  /** called when the saved trigger has changed meanwhile; undefined for a new trigger */
  onConflict?: (() => void) | undefined;
  /** a banner above the fields */
  notice?: ReactNode;
};

/** The form of a trigger, with a preview in a column beside the fields. */
export function TriggerForm({
  projectId,
  triggerId,
  initial,
  tryOn = null,
  isReadOnly,
  newAction,
  save,
  tryAsShadow = null,
  onConflict,
  notice,
}: TriggerFormProps) {
  const { form, source, filter, check, changeFilter, ...rest } = useTriggerForm({
    initial,
    save,
    tryAsShadow,
    onConflict,
  });
  const previewColumn = usePreviewColumnOpen();
  const { errors, isSubmitting } = form.formState;
  const clearFilter = useCallback(() => changeFilter(emptyFilter), [changeFilter]);
  const formRef = useRef<HTMLFormElement>(null);
  useSaveKeys(formRef, () => void rest.submit(), !isReadOnly && !isSubmitting && (triggerId === null || rest.isDirty));
  const preview = useFormPreview({
    projectId,
    triggerId,
    source,
    filter,
    check,
    tryOn,
    control: form.control,
    hasProblems: rest.problems.length > 0,
  });
  return (
    <FormProvider {...form}>
      <UnsavedChangesGuard isDirty={rest.isDirty} />
      <form
        ref={formRef}
        onSubmit={(event) => void rest.submit(event)}
        noValidate
        aria-label="Trigger"
        className={cn(
          "grid max-w-form-page items-start gap-5",
          previewColumn.isOpen ? "lg:grid-cols-[minmax(0,1fr)_23.75rem]" : "grid-cols-[minmax(0,1fr)]",
        )}
      >
        <div className="flex min-w-0 flex-col gap-5">
          {notice}
          <TriggerBasicFields isReadOnly={isReadOnly} isNew={triggerId === null} />
          <FilterCard
            projectId={projectId}
            source={source}
            filter={filter}
            onChange={changeFilter}
            onSourceChanged={clearFilter}
            problems={rest.problems}
            contradiction={rest.contradiction}
            isStrict={rest.isStrict}
            outcomes={preview.trial?.conditions}
            stoppedShare={preview.stoppedShare}
            onDraftProblem={rest.setDraftProblem}
            error={rest.filterError}
            isReadOnly={isReadOnly}
          />
          <TriggerSamplingDelayCapFields source={source} isReadOnly={isReadOnly} />
          <TriggerActionFields projectId={projectId} isReadOnly={isReadOnly} newAction={newAction} />
          {!isReadOnly && (
            <SaveBar
              submitLabel={triggerId === null ? "Create trigger" : "Save"}
              error={errors.root?.message}
              isSubmitting={isSubmitting}
              isDisabled={triggerId !== null && !rest.isDirty}
              onDiscard={triggerId !== null && rest.isDirty ? rest.discard : null}
            >
              {rest.isDirty && rest.submitShadow && (
                <Button disabled={isSubmitting} onClick={() => void rest.submitShadow?.()}>
                  Try as a shadow
                </Button>
              )}
            </SaveBar>
          )}
        </div>
        <TriggerFormPreviewColumn
          projectId={projectId}
          triggerId={triggerId}
          source={source}
          filter={filter}
          preview={preview}
          contradiction={rest.contradiction}
          isOpen={previewColumn.isOpen}
          onToggle={previewColumn.toggle}
        />
      </form>
    </FormProvider>
  );
}

type FormPreviewInput = {
  projectId: string;
  triggerId: string | null;
  source: EventSource;
  filter: Filter;
  check: ReturnType<typeof useTriggerForm>["check"];
  tryOn: InitiallyChosenEvent | null;
  control: Control<TriggerFormValues>;
  hasProblems: boolean;
};

/** Returns the preview of the form's values: figures from stored events, and the result on one chosen event. */
function useFormPreview(input: FormPreviewInput): TriggerFormPreviewData {
  const { projectId, triggerId, source, filter, check, tryOn, control, hasProblems } = input;
  const [limit, setLimit] = useState<PreviewSampleSize>(previewSampleSizes[0]);
  const chosen = useChosenEvent(projectId, source, tryOn);
  const [samplingRate, samplingBy] = useWatch({ control, name: ["samplingRate", "samplingBy"] });
  const isReady = !hasProblems && Number.isFinite(samplingRate);
  const observationId = chosen.observationId ?? undefined;
  const preview = useTriggerPreview(
    projectId,
    isReady
      ? {
          eventSource: source.name,
          filter,
          samplingRate,
          samplingBy,
          triggerId: triggerId ?? "new",
          limit,
          observationId,
        }
      : null,
  );
  const made = useMemo(
    () =>
      chosen.isSample && isReady && chosen.payload !== null
        ? trySample(check, { source, filter, payload: chosen.payload })
        : null,
    [check, chosen.isSample, chosen.payload, isReady, source, filter],
  );
  const answered = preview.data?.chosen;
  const trial = chosen.isSample ? made : answered && answered.observationId === observationId ? answered : null;
  const stoppedShare = useStoppedShares(filter, preview);
  return { chosen, trial, preview, limit, onLimitChange: setLimit, hasProblems, stoppedShare };
}

/** The result of the empty filter, which matches every event. */
const MATCH: FilterTrial = { matched: true, sampled: null, conditions: [] };

function trySample(
  check: FormPreviewInput["check"],
  { source, filter, payload }: { source: EventSource; filter: Filter; payload: unknown },
) {
  return filter.children.length === 0 ? MATCH : (check?.trySample(source, filter, payload) ?? null);
}
