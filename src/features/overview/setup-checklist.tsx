"use client";

import type { ReactNode } from "react";
import { Check } from "lucide-react";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import type { Permission } from "@/domain/access";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { cn } from "@/lib/cn";
import { SendFirstEvent } from "./send-first-event";
import type { ProjectOverview } from "./types";

type SetupChecklistProps = {
  projectId: string;
  appUrl: string;
  setup: ProjectOverview["setup"];
  isDelivered: boolean;
  permissions: readonly Permission[];
  /** an event key that was made in the checklist; null before */
  newKey: string | null;
  onNewKey: (key: string) => void;
};

/** The setup steps up to the first delivery. A finished step has a tick. */
export function SetupChecklist(props: SetupChecklistProps) {
  const { projectId, appUrl, setup, isDelivered, permissions, newKey, onNewKey } = props;
  const base = `/projects/${projectId}`;
  const noun = getEventNounForms();
  const mayWrite = permissions.includes("trigger:write");
  const steps = [setup.actions > 0, setup.triggers > 0, setup.observations > 0, isDelivered];
  const done = steps.filter(Boolean).length;
  return (
    <Card title={`From ${noun.some} to a webhook`} description={`${done} of 4 steps done.`}>
      <ol className="flex flex-col">
        <Step
          number={1}
          isDone={setup.actions > 0}
          title="Create an action"
          button={mayWrite && { href: `${base}/actions/new`, label: "Create action" }}
        >
          An action delivers to the address of a webhook. You get its signing secret.
        </Step>
        <Step
          number={2}
          isDone={setup.triggers > 0}
          title="Create a trigger"
          button={mayWrite && { href: `${base}/triggers/new`, label: "Create trigger" }}
        >
          A trigger has a filter over {noun.many}, and the actions that run when one matches.
        </Step>
        <Step number={3} isDone={setup.observations > 0} title={`Send ${noun.some}`}>
          <SendFirstEvent
            projectId={projectId}
            appUrl={appUrl}
            hasEvents={setup.observations > 0}
            mayMakeKeys={permissions.includes("eventKey:manage")}
            maySend={permissions.includes("execution:act")}
            newKey={newKey}
            onNewKey={onNewKey}
          />
        </Step>
        <Step number={4} isDone={isDelivered} title="See the first delivery" isLast>
          This page shows it with its answer as soon as a trigger matches and the endpoint takes it.
        </Step>
      </ol>
    </Card>
  );
}

type StepProps = {
  number: number;
  isDone: boolean;
  title: string;
  button?: { href: string; label: string } | false;
  isLast?: boolean;
  children: ReactNode;
};

function Step({ number, isDone, title, button = false, isLast = false, children }: StepProps) {
  return (
    <li className="flex gap-3.5">
      <div className="flex flex-col items-center">
        <span
          className={cn(
            "grid size-6 shrink-0 place-items-center rounded-full border text-xs font-medium tabular-nums",
            isDone ? "border-transparent bg-success-soft text-success-text" : "border-line-strong text-muted",
          )}
        >
          {isDone ? <Check aria-label="Done" className="size-3.5" /> : number}
        </span>
        {!isLast && <span aria-hidden className="my-1 w-px flex-1 bg-line" />}
      </div>
      <div className={cn("min-w-0 flex-1", !isLast && "pb-6")}>
        <h3 className={cn("leading-6 font-medium", isDone && "text-muted")}>{title}</h3>
        <div className="mt-0.5 text-sm text-muted">{children}</div>
        {button && !isDone && (
          <ButtonLink href={button.href} size="sm" className="mt-2.5">
            {button.label}
          </ButtonLink>
        )}
      </div>
    </li>
  );
}
