"use client";

import { useState, type ReactNode } from "react";
import { ConflictBanner } from "@/features/shared/conflict-banner";
import { PageHeader } from "@/components/page-header";
import { RecentExecutions } from "@/features/shared/recent-executions";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Tabs } from "@/components/ui/tabs";
import { VersionsTab } from "@/features/shared/versions-tab";
import { getEventSource } from "@/domain/event-source/registry";
import { useOpenPageAfterSave } from "@/lib/use-open-page-after-save";
import { usePageTitle } from "@/lib/use-page-title";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useUrlParam } from "@/lib/use-url-params";
import { triggerTabParam } from "../search-params";
import { TriggerForm } from "../trigger-form";
import { SilentTriggerNote } from "../silent-trigger-note";
import { TriggerMenu } from "../trigger-menu";
import { TriggerSwitch } from "../trigger-switch";
import type { RenderNewActionSheet, Trigger } from "../types";
import { TriggerOverview } from "./trigger-overview";
import { ManagedTriggerBanner } from "./managed-trigger-banner";
import { ShadowPanel } from "./shadow-panel";
import { useTriggerEditSession } from "./use-trigger-edit-session";
import { WhyNotFiredTab } from "./why-not-fired-tab";

type TriggerPageProps = {
  projectId: string;
  trigger: Trigger;
  backfills: ReactNode;
  newAction: RenderNewActionSheet;
  reload: () => Promise<Trigger | undefined>;
};

const unknownNoun = { one: "event", many: "events" };

/** The page of a trigger, with tabs such as the overview, the form, "why not?", the versions and the backfills. */
export function TriggerPage({ projectId, trigger, backfills, newAction, reload }: TriggerPageProps) {
  const openPage = useOpenPageAfterSave();
  const { may } = usePermissions(projectId);
  const [tab, setTab] = useUrlParam("tab", triggerTabParam);
  const editing = useTriggerEditSession(projectId, trigger, reload);
  const isManaged = trigger.management === "managed";
  const mayWrite = may("trigger:write") && !isManaged;
  const list = `/projects/${projectId}/triggers`;
  const source = getEventSource(trigger.eventSource);
  const noun = source?.noun ?? unknownNoun;
  // Read once: a first match must not switch to the overview tab while the person edits the form.
  const [hasFired] = useState(trigger.lastExecutionAt !== null);
  usePageTitle(`${trigger.name} · Triggers`);
  return (
    <>
      <PageHeader
        title={trigger.name}
        parents={[{ label: "Triggers", href: list }]}
        aside={
          <>
            <TriggerSwitch
              projectId={projectId}
              trigger={trigger}
              isDisabled={!mayWrite}
              onSwitched={editing.onSwitched}
            />
            {trigger.activity?.kind === "silent" && <SilentTriggerNote usual={trigger.activity.usual} />}
          </>
        }
        meta={
          <>
            Version {trigger.version}, changed <Time value={trigger.updatedAt} />
            {trigger.createdBy && `, created by ${trigger.createdBy}`}
          </>
        }
        actions={
          <>
            <TriggerMenu
              projectId={projectId}
              trigger={trigger}
              mayWrite={may("trigger:write")}
              onDeleted={() => void openPage(list)}
            />
          </>
        }
      />
      {trigger.problem && (
        <Banner tone="danger" title="The filter could not be evaluated" className="mb-5">
          {trigger.problem}
        </Banner>
      )}
      <ManagedTriggerBanner projectId={projectId} trigger={trigger} mayUnlock={may("trigger:write")} />
      <Tabs
        aria-label="Parts of the trigger"
        value={tab ?? (hasFired ? "overview" : "configuration")}
        onValueChange={(next) => setTab(next)}
        panelClassName="pt-5"
        tabs={[
          {
            value: "overview",
            label: "Overview",
            content: <TriggerOverview projectId={projectId} triggerId={trigger.id} />,
          },
          {
            value: "executions",
            label: "Executions",
            content: <RecentExecutions projectId={projectId} triggerId={trigger.id} />,
          },
          {
            value: "configuration",
            label: "Configuration",
            isKept: true,
            content: (
              <Configuration
                projectId={projectId}
                trigger={trigger}
                editing={editing}
                newAction={newAction}
                onTried={() => setTab("shadow")}
              />
            ),
          },
          {
            value: "shadow",
            label: "Shadow",
            content: (
              <ShadowPanel projectId={projectId} trigger={trigger} mayWrite={mayWrite} onEnded={editing.startOver} />
            ),
          },
          {
            value: "versions",
            label: "Versions",
            content: (
              <VersionsTab
                projectId={projectId}
                kind="trigger"
                target={trigger}
                mayWrite={mayWrite}
                onRestored={editing.startOver}
              />
            ),
          },
          { value: "backfill", label: "Backfill", content: backfills },
          {
            value: "why",
            label: "Why not?",
            content: <WhyNotFiredTab projectId={projectId} triggerId={trigger.id} noun={noun} />,
          },
        ]}
      />
    </>
  );
}

type ConfigurationProps = {
  projectId: string;
  trigger: Trigger;
  editing: ReturnType<typeof useTriggerEditSession>;
  newAction: RenderNewActionSheet;
  onTried: () => void;
};

function Configuration({ projectId, trigger, editing, newAction, onTried }: ConfigurationProps) {
  const { may, isPending } = usePermissions(projectId);
  const isMember = may("trigger:write");
  const mayWrite = isMember && trigger.management !== "managed";
  return (
    <TriggerForm
      key={editing.round}
      projectId={projectId}
      triggerId={trigger.id}
      initial={editing.values}
      isReadOnly={!mayWrite}
      newAction={may("action:write") ? newAction : null}
      save={editing.save}
      tryAsShadow={(input) => editing.tryAsShadow(input).then(onTried)}
      onConflict={editing.onConflict}
      notice={
        editing.hasConflict || (trigger.version > editing.version && !editing.isChanging) ? (
          <ConflictBanner
            projectId={projectId}
            kind="trigger"
            targetId={trigger.id}
            ownVersion={editing.version}
            onKeepMine={editing.keepMine}
            onTakeTheirs={() => void editing.startOver()}
          />
        ) : (
          !isPending &&
          !isMember && (
            <Banner title="You may read only">Members, admins and owners of this project can change triggers.</Banner>
          )
        )
      }
    />
  );
}
