"use client";

import { useMemo, useState, type ReactNode } from "react";
import { FormProvider, useWatch } from "react-hook-form";
import { LeaveGuard } from "@/components/leave-guard";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import type { EventSource } from "@/domain/event-source/event-source";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { useActions } from "./action-picker";
import { FilterCard } from "./filter-card";
import { ChosenEventPart } from "./preview/chosen-event";
import { PreviewCard } from "./preview/preview-card";
import { trySample } from "./preview/trial";
import { useChosenEvent } from "./preview/use-chosen-event";
import { sampleSizes, usePreview, type SampleSize } from "./preview/use-preview";
import { RequestPreview } from "./request-preview";
import { ActionFields, BasicFields, PaceFields } from "./trigger-fields";
import { TriggerSummary } from "./trigger-summary";
import type { TriggerValues } from "./types";
import { useTriggerForm } from "./use-trigger-form";

type TriggerFormProps = {
  projectId: string;
  /** null for a new one */
  triggerId: string | null;
  initial: TriggerInput;
  isReadOnly: boolean;
  mayCreateActions: boolean;
  /** rejects with what the server said */
  save: (input: TriggerInput) => Promise<void>;
  onConflict: () => void;
  /** above the fields: what has to be known before */
  notice?: ReactNode;
};

/** A trigger: its fields at the left, at the right what it would do with an event. */
export function TriggerForm({
  projectId,
  triggerId,
  initial,
  isReadOnly,
  mayCreateActions,
  save,
  onConflict,
  notice,
}: TriggerFormProps) {
  const { form, source, filter, changeFilter, ...rest } = useTriggerForm({ initial, save, onConflict });
  const { actions: all = [] } = useActions(projectId);
  const values = useWatch({ control: form.control, compute: (all) => all });
  const chosen = values.actionIds.flatMap((id) => all.find((action) => action.id === id) ?? []);
  const { errors, isSubmitting } = form.formState;
  const {
    chosen: event,
    trial,
    ...shown
  } = useFormPreview({ projectId, triggerId, source, filter, values, hasProblems: rest.problems.length > 0 });
  return (
    <FormProvider {...form}>
      <LeaveGuard isDirty={rest.isDirty && !isSubmitting} />
      <form
        onSubmit={(event) => void rest.submit(event)}
        noValidate
        aria-label="Trigger"
        className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)] xl:grid-cols-2"
      >
        <div className="flex min-w-0 flex-col gap-5">
          {notice}
          {errors.root && (
            <Banner tone="danger" isAlert>
              {errors.root.message}
            </Banner>
          )}
          <BasicFields isReadOnly={isReadOnly} />
          <FilterCard
            projectId={projectId}
            source={source}
            filter={filter}
            onChange={changeFilter}
            onSourceChanged={() => changeFilter(emptyFilter)}
            problems={rest.problems}
            contradiction={rest.contradiction}
            isStrict={rest.isStrict}
            outcomes={trial?.conditions}
            onDraftProblem={rest.setDraftProblem}
            error={rest.filterError}
            isReadOnly={isReadOnly}
          />
          <PaceFields source={source} isReadOnly={isReadOnly} />
          <ActionFields projectId={projectId} isReadOnly={isReadOnly} mayCreate={mayCreateActions} />
          {!isReadOnly && (
            <SaveBar
              isNew={triggerId === null}
              isDirty={rest.isDirty}
              isSubmitting={isSubmitting}
              onDiscard={rest.discard}
            />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-5 lg:sticky lg:top-5">
          <PreviewCard
            projectId={projectId}
            source={source}
            {...shown}
            samplingRate={values.samplingRate}
            contradiction={rest.contradiction}
          >
            <ChosenEventPart
              source={source}
              chosen={event}
              trial={trial}
              samplingRate={values.samplingRate}
              hasProblems={shown.hasProblems}
            />
          </PreviewCard>
          <TriggerSummary
            source={source}
            filter={filter}
            values={values}
            actions={chosen}
            hasProblems={rest.problems.length > 0}
          />
          <RequestPreview
            projectId={projectId}
            triggerId={triggerId}
            triggerName={values.name}
            source={source}
            payload={event.payload}
            actions={chosen}
          />
        </div>
      </form>
    </FormProvider>
  );
}

type FormPreview = {
  projectId: string;
  triggerId: string | null;
  source: EventSource;
  filter: Filter;
  values: TriggerValues;
  hasProblems: boolean;
};

/** What the fields would do as they stand, in numbers and on one chosen event. */
function useFormPreview({ projectId, triggerId, source, filter, values, hasProblems }: FormPreview) {
  const [limit, setLimit] = useState<SampleSize>(sampleSizes[0]);
  const chosen = useChosenEvent(projectId, source);
  const { samplingRate, samplingBy } = values;
  const isReady = !hasProblems && Number.isFinite(samplingRate);
  const observationId = chosen.observationId ?? undefined;
  const preview = usePreview(
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
    () => (chosen.isSample && isReady && chosen.payload !== null ? trySample(source, filter, chosen.payload) : null),
    [chosen.isSample, chosen.payload, isReady, source, filter],
  );
  const answered = preview.data?.chosen;
  const trial = chosen.isSample ? made : answered && answered.observationId === observationId ? answered : null;
  return { chosen, trial, preview, limit, onLimitChange: setLimit, hasProblems };
}

function SaveBar({
  isNew,
  isDirty,
  isSubmitting,
  onDiscard,
}: {
  isNew: boolean;
  isDirty: boolean;
  isSubmitting: boolean;
  onDiscard: () => void;
}) {
  return (
    <div className="sticky bottom-0 z-20 -mx-4 flex items-center justify-end gap-2 border-t bg-background px-4 py-3 sm:mx-0 sm:rounded-lg sm:border">
      {isDirty && !isNew && <span className="mr-auto text-sm text-muted">Unsaved changes</span>}
      {isDirty && !isNew && <Button onClick={onDiscard}>Discard</Button>}
      <Button type="submit" variant="primary" disabled={!isNew && !isDirty} isLoading={isSubmitting}>
        {isNew ? "Create trigger" : "Save"}
      </Button>
    </div>
  );
}
