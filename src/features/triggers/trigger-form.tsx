"use client";

import type { ReactNode } from "react";
import { FormProvider, useWatch } from "react-hook-form";
import { LeaveGuard } from "@/components/leave-guard";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { emptyFilter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { useActions } from "./action-picker";
import { FilterCard } from "./filter-card";
import { FilterTestCard } from "./filter-test-card";
import { RequestPreview } from "./request-preview";
import { ActionFields, BasicFields, PaceFields } from "./trigger-fields";
import { TriggerSummary } from "./trigger-summary";
import { useFilterTest } from "./use-filter-test";
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
export function TriggerForm({ projectId, triggerId, initial, isReadOnly, mayCreateActions, save, onConflict, notice }: TriggerFormProps) {
  const { form, source, filter, changeFilter, ...rest } = useTriggerForm({ initial, save, onConflict });
  const test = useFilterTest(projectId, source, filter);
  const { actions: all = [] } = useActions(projectId);
  const values = useWatch({ control: form.control, compute: (all) => all });
  const chosen = values.actionIds.flatMap((id) => all.find((action) => action.id === id) ?? []);
  const { errors, isSubmitting } = form.formState;
  return (
    <FormProvider {...form}>
      <LeaveGuard isDirty={rest.isDirty && !isSubmitting} />
      <form onSubmit={(event) => void rest.submit(event)} noValidate aria-label="Trigger" className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)] xl:grid-cols-2">
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
            isStrict={rest.isStrict}
            test={test}
            onDraftProblem={rest.setDraftProblem}
            error={rest.filterError}
            isReadOnly={isReadOnly}
          />
          <PaceFields isReadOnly={isReadOnly} />
          <ActionFields projectId={projectId} isReadOnly={isReadOnly} mayCreate={mayCreateActions} />
          {!isReadOnly && <SaveBar isNew={triggerId === null} isDirty={rest.isDirty} isSubmitting={isSubmitting} onDiscard={rest.discard} />}
        </div>
        <div className="flex min-w-0 flex-col gap-5 lg:sticky lg:top-5">
          <TriggerSummary source={source} filter={filter} values={values} actions={chosen} hasProblems={rest.problems.length > 0} />
          <FilterTestCard test={test} hasProblems={rest.problems.length > 0} />
          <RequestPreview projectId={projectId} triggerId={triggerId} triggerName={values.name} source={source} payload={test.payload} actions={chosen} />
        </div>
      </form>
    </FormProvider>
  );
}

function SaveBar({ isNew, isDirty, isSubmitting, onDiscard }: { isNew: boolean; isDirty: boolean; isSubmitting: boolean; onDiscard: () => void }) {
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
