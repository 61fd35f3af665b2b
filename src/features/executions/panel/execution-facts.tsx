import type { ReactNode } from "react";
import { PageLink } from "@/components/ui/page-link";
import { KeyValueList } from "@/components/key-value-list";
import { Time } from "@/components/time";
import { textLinkClass } from "@/components/ui/text-link-class";
import { makeSubjectPath } from "@/features/shared/subject-path";
import { usePermissions } from "@/lib/trpc/use-permissions";
import type { Execution } from "../types";

/** The link to the engine lists the runs that were created up to this long after the execution, in ms. */
const RUN_MS = 1_000;

type FactsProps = {
  projectId: string;
  execution: Execution;
  /** whether the facts are in two columns */
  isWide?: boolean;
};

/**
 * Shows the trigger, the action, the event's subject and the times of an execution, with a link to the engine's runs of
 * that time.
 */
export function ExecutionFacts({ projectId, execution, isWide = false }: FactsProps) {
  const base = `/projects/${projectId}`;
  const { trigger, action, createdAt, dueAt, finishedAt } = execution;
  const mayReadEngine = usePermissions(projectId).may("engine:read");
  const until = new Date(createdAt.getTime() + RUN_MS).toISOString();
  return (
    <KeyValueList
      className={isWide ? "lg:grid-cols-[repeat(2,minmax(6.5rem,auto)_minmax(0,1fr))]" : undefined}
      items={[
        {
          label: "Trigger",
          value: (
            <Name of={trigger} href={`${base}/triggers/${trigger.id}`} aside={`version ${execution.triggerVersion}`} />
          ),
        },
        { label: "Action", value: <Name of={action} href={`${base}/actions/${action.id}`} /> },
        { label: "Source", value: <Source projectId={projectId} execution={execution} />, copy: execution.sourceId },
        { label: "Created", value: <Time value={createdAt} format="absolute" /> },
        { label: "Due", value: <Time value={dueAt} format="absolute" /> },
        { label: "Finished", value: finishedAt && <Time value={finishedAt} format="absolute" /> },
        { label: "Trace", value: execution.observation?.traceId, isMono: true },
        ...(mayReadEngine
          ? [
              {
                label: "Engine",
                value: (
                  <PageLink href={`${base}/settings/engine?until=${until}`} prefetch={false} className={textLinkClass}>
                    Runs when it was made
                  </PageLink>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Name({ of: { name, deleted }, href, aside }: { of: Execution["trigger"]; href: string; aside?: ReactNode }) {
  return (
    <>
      {deleted ? (
        name
      ) : (
        <PageLink href={href} className={textLinkClass}>
          {name}
        </PageLink>
      )}
      {deleted && <span className="text-muted"> (deleted)</span>}
      {aside && <span className="text-muted"> · {aside}</span>}
    </>
  );
}

function Source({ projectId, execution }: { projectId: string; execution: Execution }) {
  const { observation: subject, sourceId, eventSource } = execution;
  if (!subject) return <span className="font-mono text-xs">{sourceId}</span>;
  return (
    <>
      <PageLink href={makeSubjectPath(projectId, { id: subject.id, eventSource })} className={textLinkClass}>
        {subject.name ?? subject.id}
      </PageLink>
      {subject.name && <span className="font-mono text-xs text-muted"> · {subject.id}</span>}
    </>
  );
}
