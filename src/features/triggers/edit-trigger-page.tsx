"use client";

import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { ButtonLink } from "@/components/ui/button-link";
import { Skeleton } from "@/components/ui/skeleton";
import { isApiError, useTRPC } from "@/lib/trpc/client";
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
  const list = `/projects/${projectId}/triggers`;
  const parents = [{ label: "Triggers", href: list }];
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
  if (isApiError(error) && error.data?.code === "NOT_FOUND") {
    return (
      <EmptyState
        title="This trigger does not exist"
        description="It may have been deleted."
        actions={<ButtonLink href={list}>All triggers</ButtonLink>}
      />
    );
  }
  return (
    <>
      <PageHeader title={error ? "Trigger" : <Skeleton width="12rem" />} parents={parents} />
      {error ? (
        <QueryErrorMessage
          title="The trigger could not be loaded"
          message={error.message}
          onRetry={() => void refetch()}
        />
      ) : (
        <div aria-busy className="grid gap-5 lg:grid-cols-2">
          <Skeleton className="h-96 rounded-lg" />
          <Skeleton className="h-96 rounded-lg" />
        </div>
      )}
    </>
  );
}
