import type { ReactNode } from "react";
import Link from "next/link";
import { ExecutionStatus } from "@/components/execution-status";
import { KeyValue } from "@/components/key-value";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { formatDuration } from "@/lib/format";
import type { Execution } from "./types";

/** Where it stands, and why. */
export function ExecutionHead({ execution }: { execution: Execution }) {
  const { status, attemptCount, dueAt, cancelRequestedAt, statusReason, isResend } = execution;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <ExecutionStatus
          status={status}
          attemptCount={attemptCount}
          dueAt={dueAt}
          isCancelRequested={cancelRequestedAt !== null}
          className="text-base font-semibold"
        />
        {isResend && <Badge tone="outline">Sent again by hand</Badge>}
      </div>
      <p className="text-sm break-words text-muted">{statusReason}</p>
    </div>
  );
}

/** What it belongs to, and when it was. */
export function ExecutionFacts({ projectId, execution }: { projectId: string; execution: Execution }) {
  const base = `/projects/${projectId}`;
  const { trigger, action, createdAt, dueAt, startedAt, finishedAt } = execution;
  return (
    <KeyValue
      items={[
        {
          label: "Trigger",
          value: (
            <Name of={trigger} href={`${base}/triggers/${trigger.id}`} aside={`version ${execution.triggerVersion}`} />
          ),
        },
        { label: "Action", value: <Name of={action} href={`${base}/actions/${action.id}`} /> },
        { label: "Source", value: <Source base={base} execution={execution} />, copy: execution.sourceId },
        { label: "Created", value: <Time value={createdAt} format="absolute" /> },
        { label: "Due", value: <Time value={dueAt} format="absolute" /> },
        { label: "Finished", value: finishedAt && <Finished at={finishedAt} from={startedAt} /> },
        { label: "Webhook ID", value: execution.id, copy: execution.id, isMono: true },
      ]}
    />
  );
}

const linkClass = "rounded-sm text-accent-text underline-offset-2 hover:underline";

function Name({ of: { name, deleted }, href, aside }: { of: Execution["trigger"]; href: string; aside?: ReactNode }) {
  return (
    <>
      {deleted ? (
        name
      ) : (
        <Link href={href} className={linkClass}>
          {name}
        </Link>
      )}
      {deleted && <span className="text-muted"> (deleted)</span>}
      {aside && <span className="text-muted"> · {aside}</span>}
    </>
  );
}

function Source({ base, execution: { observation, sourceId } }: { base: string; execution: Execution }) {
  if (!observation) return <span className="font-mono text-xs">{sourceId}</span>;
  return (
    <>
      <Link href={`${base}/observations/${encodeURIComponent(observation.id)}`} className={linkClass}>
        {observation.name ?? observation.id}
      </Link>
      {observation.name && <span className="font-mono text-xs text-muted"> · {observation.id}</span>}
    </>
  );
}

function Finished({ at, from }: { at: Date; from: Date | null }) {
  return (
    <>
      <Time value={at} format="absolute" />
      {from && <span className="text-muted"> · took {formatDuration(at.getTime() - from.getTime())}</span>}
    </>
  );
}
