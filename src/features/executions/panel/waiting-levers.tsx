"use client";

import { useQuery } from "@tanstack/react-query";
import { ActionHealthLabel } from "@/features/shared/action-health-label";
import { ActionLevers } from "@/features/shared/levers/action-levers";
import { useTRPC } from "@/lib/trpc/client";
import type { Execution } from "../types";

/**
 * Shown for a waiting execution whose action has a problem: the problem, and buttons that help, such as "probe now".
 * Otherwise it shows nothing.
 */
export function WaitingLevers({ projectId, execution }: { projectId: string; execution: Execution }) {
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
