"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { TroubledActionRow } from "./levers/troubled-action-row";

/**
 * How often the page loads the health again, in ms. The health changes without a live message when a pause ends or an
 * hour passes.
 */
const POLL_MS = 60_000;

type TroubledActionsProps = {
  projectId: string;
  actionId: string;
  /** called after the action was switched on or off, with the action's new version number */
  onSwitched?: (version: number) => void;
  className?: string;
};

/**
 * Shows on the page of an action which problem the action has, with the levers that help. Without a problem it shows
 * nothing.
 */
export function ActionProblem({ projectId, actionId, onSwitched, className }: TroubledActionsProps) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.action.health.queryOptions({ projectId, actionIds: [actionId] }, { refetchInterval: POLL_MS }),
  );
  const shown = data?.filter(({ needsAttention }) => needsAttention) ?? [];
  if (shown.length === 0) return null;
  return (
    <section aria-label="Needs attention" className={className}>
      <ul className="divide-y rounded-lg border border-warning/35 bg-warning-soft">
        {shown.map((action) => (
          <li key={action.id}>
            <TroubledActionRow projectId={projectId} action={action} isOnPage {...(onSwitched ? { onSwitched } : {})} />
          </li>
        ))}
      </ul>
    </section>
  );
}
