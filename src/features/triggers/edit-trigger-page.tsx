"use client";

import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { SubjectNotLoaded } from "@/features/shared/subject-not-loaded";
import { useTRPC } from "@/lib/trpc/client";
import { TriggerPage } from "./page/trigger-page";
import type { RenderNewActionSheet } from "./types";

type EditTriggerProps = {
  projectId: string;
  triggerId: string;
  /** the content of the tab "Backfills", which the backfills feature provides */
  backfills: ReactNode;
  newAction: RenderNewActionSheet;
};

export function EditTriggerPage({ projectId, triggerId, backfills, newAction }: EditTriggerProps) {
  const trpc = useTRPC();
  const { data: trigger, error, refetch } = useQuery(trpc.trigger.get.queryOptions({ projectId, triggerId }));
  if (trigger)
    return (
      <TriggerPage
        projectId={projectId}
        trigger={trigger}
        backfills={backfills}
        newAction={newAction}
        reload={async () => (await refetch()).data}
      />
    );
  return (
    <SubjectNotLoaded
      kind="trigger"
      list={`/projects/${projectId}/triggers`}
      error={error}
      onRetry={() => void refetch()}
    />
  );
}
