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

// The module holds the template engine, which a form without an action does not need.
const ActionRequestPreview = dynamic(
  () => import("./action-request-preview").then((module) => module.ActionRequestPreview),
  {
    ssr: false,
  },
);

/** The preview of the form's values. */
export type TriggerFormPreview = {
  chosen: ChosenEventControl;
  /** the result on the chosen event; null while it is unknown */
  trial: FilterTrial | null;
  preview: TriggerPreviewState;
  limit: PreviewSampleSize;
  onLimitChange: (limit: PreviewSampleSize) => void;
  hasProblems: boolean;
  stoppedShare: (condition: FilterCondition) => number | undefined;
};

type RailProps = {
  projectId: string;
  triggerId: string | null;
  source: EventSource;
  filter: Filter;
  preview: TriggerFormPreview;
  contradiction: FilterContradiction | null;
};

/** The rail beside the form. A person can close it, and the filter then has the whole width. */
export function TriggerFormRail({ isOpen, onToggle, ...props }: RailProps & { isOpen: boolean; onToggle: () => void }) {
  // The field itself renders first, and the rail follows.
  const shown = useDeferredValue(props);
  const Icon = isOpen ? PanelRightClose : PanelRightOpen;
  return (
    <div className={isOpen ? "flex min-w-0 flex-col gap-3 lg:sticky lg:top-5" : "lg:absolute lg:top-5 lg:right-6"}>
      <Button size="sm" variant="ghost" onClick={onToggle} aria-expanded={isOpen} className="self-end max-lg:hidden">
        <Icon aria-hidden /> {isOpen ? "Hide preview" : "Show preview"} <Kbd>]</Kbd>
      </Button>
      {isOpen && (
        <div className="flex min-w-0 flex-col gap-5">
          <RailContent {...shown} />
        </div>
      )}
    </div>
  );
}

const RailContent = memo(function RailContent({
  projectId,
  triggerId,
  source,
  filter,
  preview: { chosen, trial, stoppedShare: _, ...preview },
  contradiction,
}: RailProps) {
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
