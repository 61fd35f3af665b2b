import { PageLink } from "@/components/ui/page-link";
import { ActionLevers } from "@/features/shared/levers/action-levers";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { describeFailureCause } from "@/domain/failure-cause";
import { formatCappedCount } from "@/lib/format";
import type { ProjectProblems } from "./types";

type FailureGroupsProps = {
  projectId: string;
  failures: ProjectProblems["failures"];
  actions: ProjectProblems["actions"];
};

/**
 * Lists failures by cause, such as `Answered 500 · Warehouse ingest · 152` (cause, action, count). If the action has a
 * problem, its levers stand beside the cause; otherwise a resend, if executions have failed for good.
 */
export function FailureGroups({ projectId, failures, actions }: FailureGroupsProps) {
  const base = `/projects/${projectId}`;
  return (
    <Card title="Failures by cause" isFlush>
      {failures.length === 0 ? (
        <p className="px-4 py-4 text-sm text-success-text sm:px-5">No failures in this range.</p>
      ) : (
        <ul className="divide-y">
          {failures.map((group) => {
            const { actionId, actionName, code, responseStatus, failed, waiting, firstAt, lastAt } = group;
            const troubled = actions.find(({ id }) => id === actionId);
            return (
              <li
                key={`${actionId}-${code}-${responseStatus}`}
                className="flex flex-wrap items-center gap-3 px-4 py-2 sm:px-5"
              >
                <StatusDot tone="danger" />
                <div className="min-w-0 flex-1 basis-60">
                  <p className="truncate text-sm">
                    <PageLink
                      href={`${base}/executions/${group.lastExecutionId}`}
                      className="font-medium hover:underline"
                    >
                      {describeFailureCause(group)}
                    </PageLink>{" "}
                    · <bdi>{actionName}</bdi> ·{" "}
                    <span className="tabular-nums">{formatCappedCount(failed + waiting, 5_000)}</span>
                  </p>
                  <p className="truncate text-xs text-muted">
                    First <Time value={firstAt} />, last <Time value={lastAt} />
                    {waiting > 0 && `, ${formatCappedCount(waiting, 5_000)} tried again`}
                    {failed > 0 && `, ${formatCappedCount(failed, 5_000)} gave up`}
                  </p>
                </div>
                {troubled ? (
                  <ActionLevers projectId={projectId} action={troubled} />
                ) : (
                  failed > 0 && (
                    <ButtonLink
                      size="sm"
                      prefetch={false}
                      href={
                        `${base}/executions?action=${actionId}&status=FAILED` +
                        `&from=${firstAt.toISOString()}&resend=true`
                      }
                    >
                      Resend…
                    </ButtonLink>
                  )
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
