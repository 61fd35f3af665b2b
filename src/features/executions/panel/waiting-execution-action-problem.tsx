"use client";

import { useQuery } from "@tanstack/react-query";
import { ActionHealthLabel } from "@/features/shared/action-health-label";
import { ActionLevers } from "@/features/shared/levers/action-levers";
import { useTRPC } from "@/lib/trpc/client";
import type { Execution } from "../types";

/**
 * Shows the problem of an action to which a waiting execution belongs, with buttons that help, such as "probe now".
 * Without a problem, or for an execution that does not wait, it shows nothing.
 */
export function WaitingExecutionActionProblem({ projectId, execution }: { projectId: string; execution: Execution }) {
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.action.health.queryOptions({ projectId, actionIds: [execution.action.id] }),
    enabled: execution.status === "PENDING",
  });
  const [action] = data ?? [];
  if (execution.status !== "PENDING" || !action?.needsAttention) return null;
  return (
    <section
      aria-label={`Health of ${action.name}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg border px-3 py-2"
    >
      <ActionHealthLabel health={action} detail="all" className="text-sm" />
      <ActionLevers projectId={projectId} action={action} />
    </section>
  );
}
