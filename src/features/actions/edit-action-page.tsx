"use client";

import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { ActionHealthLabel } from "@/features/shared/action-health-label";
import { ConflictBanner } from "@/features/shared/conflict-banner";
import { ActionLevers } from "@/features/shared/levers/action-levers";
import { LeverDialog } from "@/features/shared/levers/lever-dialog";
import { PageHeader } from "@/components/page-header";
import { RecentExecutions } from "@/features/shared/recent-executions";
import { SubjectNotLoaded } from "@/features/shared/subject-not-loaded";
import { Time } from "@/components/time";
import { Tabs } from "@/components/ui/tabs";
import { VersionsTab } from "@/features/shared/versions-tab";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";
import { usePageTitle } from "@/lib/use-page-title";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useUrlParam } from "@/lib/use-url-params";
import { ActionForm } from "./action-form";
import { ActionMenu } from "./action-menu";
import { ActionFormBanners, ActionStateBanners } from "./action-banners";
import { ActionOverview } from "./action-overview";
import { ActionSwitch } from "./action-switch";
import { readStoredHeaderSecretSuffixes } from "./headers-field";
import { openLeverDialogParam, actionTabParam } from "./search-params";
import { SigningSecretsCard } from "./signing-secrets-card";
import type { Action } from "./types";
import { useActionEditSession } from "./use-action-edit-session";

type EditActionProps = { projectId: string; actionId: string };

export function EditActionPage({ projectId, actionId }: EditActionProps) {
  const trpc = useTRPC();
  const { data: action, error, refetch } = useQuery(trpc.action.get.queryOptions({ projectId, actionId }));
  if (action) return <Loaded projectId={projectId} action={action} reload={async () => (await refetch()).data} />;
  return (
    <SubjectNotLoaded
      kind="action"
      list={`/projects/${projectId}/actions`}
      error={error}
      onRetry={() => void refetch()}
    />
  );
}

type LoadedProps = { projectId: string; action: Action; reload: () => Promise<Action | undefined> };

function Loaded({ projectId, action, reload }: LoadedProps) {
  const openPage = useOpenPageAfterSave();
  const { may } = usePermissions(projectId);
  const [tab, setTab] = useUrlParam("tab", actionTabParam);
  const [lever, setLever] = useUrlParam("lever", openLeverDialogParam);
  const editing = useActionEditSession(projectId, action, reload);
  const mayWrite = may("action:write");
  const list = `/projects/${projectId}/actions`;
  // `wasUsed` keeps its first value, so that a first delivery does not switch the tab while the person edits the form.
  const [wasUsed] = useState(action.health.word !== "no traffic" || action.health.lastFailure !== null);
  usePageTitle(`${action.name} · Actions`);
  return (
    <>
      <PageHeader
        title={action.name}
        parents={[{ label: "Actions", href: list }]}
        aside={
          <>
            <ActionSwitch
              projectId={projectId}
              action={action}
              isDisabled={!mayWrite}
              onSwitched={editing.onSwitched}
            />
            {!action.health.needsAttention && (
              <ActionHealthLabel health={action.health} detail="all" className="text-sm" />
            )}
          </>
        }
        meta={
          <>
            Version {action.version}, changed <Time value={action.updatedAt} />. {usedBy(action)}
          </>
        }
        actions={
          <>
            {!action.health.needsAttention && (
              <ActionLevers projectId={projectId} action={action.health} onSwitched={editing.onSwitched} />
            )}
            <ActionMenu
              projectId={projectId}
              action={action}
              mayWrite={mayWrite}
              onDeleted={() => void openPage(list)}
            />
          </>
        }
      />
      <LeverDialog
        projectId={projectId}
        action={action}
        lever={lever}
        onClose={() => setLever(null)}
        onSwitched={editing.onSwitched}
      />
      <ActionStateBanners projectId={projectId} action={action} onSwitched={editing.onSwitched} />
      <Tabs
        aria-label="Parts of the action"
        value={tab ?? (wasUsed ? "overview" : "configuration")}
        onValueChange={(next) => setTab(next)}
        panelClassName="pt-5"
        tabs={[
          {
            value: "overview",
            label: "Overview",
            content: <ActionOverview projectId={projectId} actionId={action.id} />,
          },
          {
            value: "executions",
            label: "Executions",
            content: <RecentExecutions projectId={projectId} actionId={action.id} />,
          },
          {
            value: "configuration",
            label: "Configuration",
            isKept: true,
            content: <Configuration projectId={projectId} action={action} editing={editing} />,
          },
          {
            value: "versions",
            label: "Versions",
            content: (
              <VersionsTab
                projectId={projectId}
                kind="action"
                target={action}
                restoredNote="Secrets are no part of a version: those that are kept stay."
                mayWrite={mayWrite}
                onRestored={editing.startOver}
              />
            ),
          },
        ]}
      />
    </>
  );
}

type ConfigurationProps = { projectId: string; action: Action; editing: ReturnType<typeof useActionEditSession> };

function Configuration({ projectId, action, editing }: ConfigurationProps) {
  const { may, isPending } = usePermissions(projectId);
  const kept = useMemo(() => readStoredHeaderSecretSuffixes(action.configuration), [action.configuration]);
  const mayWrite = may("action:write");
  return (
    <ActionForm
      key={editing.round}
      projectId={projectId}
      actionId={action.id}
      initial={editing.values}
      eventSource={action.triggers[0]?.eventSource}
      kept={kept}
      isReadOnly={!mayWrite}
      mayTest={may("execution:act")}
      save={editing.save}
      onConflict={editing.onConflict}
      notice={
        <ActionFormBanners
          isReadOnly={!isPending && !mayWrite}
          conflict={
            (editing.hasConflict || (action.version > editing.version && !editing.isChanging)) && (
              <ConflictBanner
                projectId={projectId}
                kind="action"
                targetId={action.id}
                ownVersion={editing.version}
                onKeepMine={editing.keepMine}
                onTakeTheirs={() => void editing.startOver()}
              />
            )
          }
        />
      }
      aside={
        action.secrets.length > 0 && (
          <SigningSecretsCard projectId={projectId} action={action} mayManage={may("secret:manage")} />
        )
      }
    />
  );
}

function usedBy({ triggers }: Action): string {
  return triggers.length === 0
    ? "No trigger starts it yet."
    : `Started by ${triggers.map(({ name }) => name).join(", ")}.`;
}
