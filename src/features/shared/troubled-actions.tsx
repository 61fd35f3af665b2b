"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { TroubledActionRow } from "./levers/troubled-action-row";

/** How often the health is read, ms, because it also changes with time alone: a pause ends, an hour passes. */
const POLL_MS = 60_000;

type TroubledActionsProps = {
  projectId: string;
  /** the action whose page this is */
  actionId: string;
  /** called after an action was switched off, with its new version */
  onSwitched?: (version: number) => void;
  className?: string;
};

/** Shows on the page of an action that it needs attention, with the levers that help. */
export function TroubledActions({ projectId, actionId, onSwitched, className }: TroubledActionsProps) {
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
