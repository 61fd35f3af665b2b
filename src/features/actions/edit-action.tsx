"use client";

import { useMemo, useState } from "react";
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
import { isApiError, useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { ActionForm } from "./action-form";
import { ActionMenu } from "./action-menu";
import { ActionNotice } from "./action-notice";
import { ActionSwitch } from "./action-switch";
import { SecretsCard } from "./secrets-card";
import { toValues, type ActionDetail, type ActionValues } from "./types";

type EditActionProps = { projectId: string; actionId: string };

/** The page of an action. */
export function EditAction({ projectId, actionId }: EditActionProps) {
  const trpc = useTRPC();
  const { data: action, error, refetch } = useQuery(trpc.action.get.queryOptions({ projectId, actionId }));
  const list = `/projects/${projectId}/actions`;
  if (action) return <Loaded projectId={projectId} action={action} reload={async () => (await refetch()).data} />;
  if (isApiError(error) && error.data?.code === "NOT_FOUND") {
    return <EmptyState title="This action does not exist" description="It may have been deleted." actions={<ButtonLink href={list}>All actions</ButtonLink>} />;
  }
  return (
    <>
      <PageHeader title={error ? "Action" : <Skeleton width="12rem" />} parents={[{ label: "Actions", href: list }]} />
      {error ? (
        <Banner tone="danger" title="The action could not be loaded" action={<Button size="sm" onClick={() => void refetch()}>Try again</Button>}>
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

type LoadedProps = { projectId: string; action: ActionDetail; reload: () => Promise<ActionDetail | undefined> };

function Loaded({ projectId, action, reload }: LoadedProps) {
  const router = useRouter();
  const { may, isPending } = usePermissions(projectId);
  const editing = useEditing(projectId, action, reload);
  const kept = useMemo(() => new Map(action.configuration?.headers.flatMap((header) => (header.secret ? [[header.name.toLowerCase(), header.last4] as const] : []))), [action.configuration]);
  const mayWrite = may("action:write");
  const list = `/projects/${projectId}/actions`;
  return (
    <>
      <PageHeader
        title={action.name}
        parents={[{ label: "Actions", href: list }]}
        aside={<ActionSwitch projectId={projectId} action={action} isDisabled={!mayWrite} onSwitched={editing.onSwitched} />}
        description={
          <>
            Version {action.version}, changed <Time value={action.updatedAt} />. {usedBy(action)}
          </>
        }
        actions={
          <>
            <ButtonLink href={`/projects/${projectId}/executions?action=${action.id}`}>Executions</ButtonLink>
            <ActionMenu projectId={projectId} action={action} mayWrite={mayWrite} onDeleted={() => router.push(list)} />
          </>
        }
      />
      <ActionForm
        key={editing.round}
        projectId={projectId}
        actionId={action.id}
        initial={editing.values}
        kept={kept}
        isReadOnly={!mayWrite}
        mayTest={may("execution:act")}
        save={editing.save}
        onConflict={editing.onConflict}
        notice={
          <ActionNotice
            projectId={projectId}
            action={action}
            mayWrite={mayWrite}
            isReadOnly={!isPending && !mayWrite}
            hasConflict={editing.hasConflict}
            onStartOver={() => void editing.startOver()}
            onSwitched={editing.onSwitched}
          />
        }
        aside={<SecretsCard projectId={projectId} action={action} mayManage={may("secret:manage")} />}
      />
    </>
  );
}

/** One version being edited. It is kept while the stored one moves on, so that another person's save is not written over. */
function useEditing(projectId: string, action: ActionDetail, reload: () => Promise<ActionDetail | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.action.update.mutationOptions());
  const [base, setBase] = useState({ version: action.version, values: toValues(action), round: 0 });
  const [hasConflict, setHasConflict] = useState(false);
  const save = async (values: ActionValues) => {
    const { version } = await update.mutateAsync({ projectId, actionId: action.id, version: base.version, type: action.type, ...values });
    setBase((before) => ({ ...before, version }));
    setHasConflict(false);
    toast.success("Action saved");
    await queryClient.invalidateQueries(trpc.action.pathFilter());
  };
  const startOver = async () => {
    const fresh = await reload();
    if (!fresh) return;
    setBase(({ round }) => ({ version: fresh.version, values: toValues(fresh), round: round + 1 }));
    setHasConflict(false);
  };
  /** Switching makes a version of its own; where it is the next one, nothing else has changed in between. */
  const onSwitched = (version: number) => setBase((before) => (version === before.version + 1 ? { ...before, version } : before));
  return { ...base, hasConflict, onConflict: () => setHasConflict(true), save, startOver, onSwitched };
}

function usedBy({ triggers }: ActionDetail): string {
  return triggers.length === 0 ? "No trigger starts it yet." : `Started by ${triggers.map(({ name }) => name).join(", ")}.`;
}
