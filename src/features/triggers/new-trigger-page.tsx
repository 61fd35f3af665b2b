"use client";

import { useMemo } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Banner } from "@/components/ui/banner";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";
import { TriggerForm } from "./trigger-form";
import type { RenderNewActionSheet } from "./types";
import { makeValuesForSimilarEvents } from "./values-for-similar-events";
import { makeNewTriggerFormValues } from "./use-trigger-form";

type NewTriggerProps = {
  projectId: string;
  /**
   * the stored event from which the form is filled, so that the trigger matches similar events; null for an empty form
   */
  like: { id: string; eventSource: string } | null;
  newAction: RenderNewActionSheet;
};

/**
 * The page with the form for a new trigger. The form starts empty, or with a filter that matches events like a given
 * one.
 */
export function NewTriggerPage({ projectId, like, newAction }: NewTriggerProps) {
  const trpc = useTRPC();
  const leaveTo = useOpenPageAfterSave();
  const queryClient = useQueryClient();
  const { may, isPending } = usePermissions(projectId);
  const create = useMutation(trpc.trigger.create.mutationOptions());
  const subject = useQuery({
    ...trpc.observation.get.queryOptions({
      projectId,
      observationId: like?.id ?? "",
      ...(like ? { eventSource: like.eventSource } : {}),
    }),
    enabled: like !== null,
    // The form reads these values once, when it appears. A later update of the event does not change it.
    staleTime: Infinity,
  });
  const initial = useMemo(
    () => (subject.data ? makeValuesForSimilarEvents(subject.data, new Date()) : makeNewTriggerFormValues()),
    [subject.data],
  );
  const base = `/projects/${projectId}/triggers`;
  const isRefused = !isPending && !may("trigger:write");
  return (
    <>
      <PageHeader title="New trigger" parents={[{ label: "Triggers", href: base }]} />
      {like && subject.error && !subject.data && (
        <QueryErrorMessage
          title={`The ${getEventNounForms(like.eventSource).one} could not be loaded`}
          message={`${subject.error.message} The form below is empty.`}
          onRetry={() => void subject.refetch()}
        />
      )}
      {like && subject.isPending ? (
        <Skeleton className="h-96 rounded-lg" />
      ) : (
        <TriggerForm
          projectId={projectId}
          triggerId={null}
          key={subject.data ? "like" : "empty"}
          initial={initial}
          tryOn={subject.data ?? null}
          isReadOnly={isRefused}
          newAction={may("action:write") ? newAction : null}
          notice={
            isRefused && (
              <Banner title="You may read only">Members, admins and owners of this project can make triggers.</Banner>
            )
          }
          save={async (input) => {
            const { id } = await create.mutateAsync({ projectId, ...input });
            toast.success("Trigger created", {
              description: input.status === "ACTIVE" ? "It looks at events from now on." : "It is switched off.",
            });
            await queryClient.invalidateQueries(trpc.trigger.pathFilter());
            return leaveTo(`${base}/${id}`);
          }}
        />
      )}
    </>
  );
}
