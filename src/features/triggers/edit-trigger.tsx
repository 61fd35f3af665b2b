"use client";

import { useState } from "react";
import { useRouter } from "next/navigation";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { TriggerInput } from "@/domain/trigger";
import { isApiError, useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { TriggerForm } from "./trigger-form";
import { TriggerMenu } from "./trigger-menu";
import type { TriggerDetail } from "./types";

type EditTriggerProps = { projectId: string; triggerId: string };

/** The page of a trigger. */
export function EditTrigger({ projectId, triggerId }: EditTriggerProps) {
  const trpc = useTRPC();
  const { data: trigger, error, refetch } = useQuery(trpc.trigger.get.queryOptions({ projectId, triggerId }));
  const parents = [{ label: "Triggers", href: `/projects/${projectId}/triggers` }];
  if (trigger) return <Loaded projectId={projectId} trigger={trigger} reload={async () => (await refetch()).data} />;
  if (isApiError(error) && error.data?.code === "NOT_FOUND") {
    return <EmptyState title="This trigger does not exist" description="It may have been deleted." actions={<ButtonLink href={parents[0]!.href}>All triggers</ButtonLink>} />;
  }
  return (
    <>
      <PageHeader title={error ? "Trigger" : <Skeleton width="12rem" />} parents={parents} />
      {error ? (
        <Banner tone="danger" title="The trigger could not be loaded" action={<Button size="sm" onClick={() => void refetch()}>Try again</Button>}>
          {error.message}
        </Banner>
      ) : (
        <div aria-busy className="grid gap-5 lg:grid-cols-2">
          <Skeleton className="h-96 rounded-lg" />
          <Skeleton className="h-96 rounded-lg" />
        </div>
      )}
    </>
  );
}

type LoadedProps = { projectId: string; trigger: TriggerDetail; reload: () => Promise<TriggerDetail | undefined> };

function Loaded({ projectId, trigger, reload }: LoadedProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { may, isPending } = usePermissions(projectId);
  const update = useMutation(trpc.trigger.update.mutationOptions());
  // The form starts from one version and keeps it, so that another person's save is noticed and not written over.
  const [base, setBase] = useState({ version: trigger.version, input: toInput(trigger), round: 0 });
  const [hasConflict, setHasConflict] = useState(false);
  const mayWrite = may("trigger:write");
  const list = `/projects/${projectId}/triggers`;
  const startOver = async () => {
    const fresh = await reload();
    if (!fresh) return;
    setBase(({ round }) => ({ version: fresh.version, input: toInput(fresh), round: round + 1 }));
    setHasConflict(false);
  };
  const save = async (input: TriggerInput) => {
    const { version } = await update.mutateAsync({ projectId, triggerId: trigger.id, version: base.version, ...input });
    setBase((before) => ({ ...before, version }));
    setHasConflict(false);
    toast.success("Trigger saved");
    await queryClient.invalidateQueries(trpc.trigger.pathFilter());
  };
  return (
    <>
      <PageHeader
        title={trigger.name}
        parents={[{ label: "Triggers", href: list }]}
        description={
          <>
            Version {trigger.version}, changed <Time value={trigger.updatedAt} />
            {trigger.createdBy && `, created by ${trigger.createdBy}`}
          </>
        }
        actions={
          <>
            <ButtonLink href={`/projects/${projectId}/executions?trigger=${trigger.id}`}>Executions</ButtonLink>
            <TriggerMenu projectId={projectId} trigger={trigger} mayWrite={mayWrite} onDeleted={() => router.push(list)} />
          </>
        }
      />
      <TriggerForm
        key={base.round}
        projectId={projectId}
        triggerId={trigger.id}
        initial={base.input}
        isReadOnly={!mayWrite}
        mayCreateActions={may("action:write")}
        save={save}
        onConflict={() => setHasConflict(true)}
        notice={
          hasConflict ? (
            <Banner tone="warning" isAlert title="Somebody else has changed this trigger" action={<Button size="sm" onClick={() => void startOver()}>Load their version</Button>}>
              Your changes are not saved. Loading theirs discards yours.
            </Banner>
          ) : (
            !isPending && !mayWrite && <Banner title="You may read only">Members, admins and owners of this project can change triggers.</Banner>
          )
        }
      />
    </>
  );
}

const toInput = ({ name, description, eventSource, filter, samplingRate, samplingBy, delaySeconds, actionIds, status }: TriggerDetail): TriggerInput => ({
  name,
  description: description ?? "",
  eventSource,
  filter,
  samplingRate,
  samplingBy,
  delaySeconds,
  actionIds,
  status,
});
