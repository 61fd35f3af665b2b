"use client";

import { memo, useDeferredValue } from "react";
import dynamic from "next/dynamic";
import { PanelRightClose, PanelRightOpen } from "lucide-react";
import { useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import type { EventSource } from "@/domain/event-source/event-source";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import { useActionsById } from "./actions/use-actions-by-id";
import { ChosenEventTrial } from "./preview/chosen-event-trial";
import { TriggerPreviewCard } from "./preview/trigger-preview-card";
import type { FilterTrial } from "./preview/filter-trial";
import type { ChosenEventControl } from "./preview/use-chosen-event";
import type { TriggerPreviewState, PreviewSampleSize } from "./preview/use-trigger-preview";
import { TriggerSummary } from "./trigger-summary";
import type { TriggerFormValues } from "./types";

// This component contains the template engine, so its script loads only once the form has an action.
const ActionRequestPreview = dynamic(
  () => import("./action-request-preview").then((module) => module.ActionRequestPreview),
  {
    ssr: false,
  },
);

/**
 * The data of the preview beside the form: the chosen event, the filter's result on it, and the figures from stored
 * events.
 */
export type TriggerFormPreviewData = {
  chosen: ChosenEventControl;
  /** the filter's result on the chosen event; null while unknown */
  trial: FilterTrial | null;
  preview: TriggerPreviewState;
  limit: PreviewSampleSize;
  onLimitChange: (limit: PreviewSampleSize) => void;
  hasProblems: boolean;
  stoppedShare: (condition: FilterCondition) => number | undefined;
};

type PreviewColumnProps = {
  projectId: string;
  triggerId: string | null;
  source: EventSource;
  filter: Filter;
  preview: TriggerFormPreviewData;
  contradiction: FilterContradiction | null;
};

/**
 * The column beside the form with the preview, the summary and the request. A person can hide the column, and the form
 * then has the whole width.
 */
export function TriggerFormPreviewColumn({
  isOpen,
  onToggle,
  ...props
}: PreviewColumnProps & { isOpen: boolean; onToggle: () => void }) {
  // A deferred value: a keystroke first renders its field, and then this column.
  const shown = useDeferredValue(props);
  const Icon = isOpen ? PanelRightClose : PanelRightOpen;
  return (
    <div className={isOpen ? "flex min-w-0 flex-col gap-3 lg:sticky lg:top-5" : "lg:absolute lg:top-5 lg:right-6"}>
      <Button size="sm" variant="ghost" onClick={onToggle} aria-expanded={isOpen} className="self-end max-lg:hidden">
        <Icon aria-hidden /> {isOpen ? "Hide preview" : "Show preview"} <Kbd>]</Kbd>
      </Button>
      {isOpen && (
        <div className="flex min-w-0 flex-col gap-5">
          <PreviewColumnContent {...shown} />
        </div>
      )}
    </div>
  );
}

const PreviewColumnContent = memo(function PreviewColumnContent({
  projectId,
  triggerId,
  source,
  filter,
  preview: { chosen, trial, stoppedShare: _, ...preview },
  contradiction,
}: PreviewColumnProps) {
  const { control } = useFormContext<TriggerFormValues>();
  const values = useDeferredValue(useWatch({ control, compute: (all: TriggerFormValues) => all }));
  const actions = useActionsById(projectId, values.actionIds);
  return (
    <>
      <TriggerPreviewCard
        projectId={projectId}
        source={source}
        {...preview}
        samplingRate={values.samplingRate}
        contradiction={contradiction}
      >
        <ChosenEventTrial
          source={source}
          chosen={chosen}
          trial={trial}
          samplingRate={values.samplingRate}
          hasProblems={preview.hasProblems}
        />
      </TriggerPreviewCard>
      <TriggerSummary
        source={source}
        filter={filter}
        values={values}
        actions={actions}
        hasProblems={preview.hasProblems}
      />
      {actions.length > 0 && (
        <ActionRequestPreview
          projectId={projectId}
          triggerId={triggerId}
          triggerName={values.name}
          source={source}
          payload={chosen.payload}
          actions={actions}
        />
      )}
    </>
  );
});
