"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { Time } from "./time";
import { Banner } from "./ui/banner";
import { ButtonLink } from "./ui/button-link";

const POLL_MS = 60_000;

type TroubledActionsProps = {
  projectId: string;
  /** of this action alone, on its own page */
  actionId?: string;
  className?: string;
};

/** Says which endpoints keep failing, and which actions were switched off for it, with the failure to blame. */
export function TroubledActions({ projectId, actionId, className }: TroubledActionsProps) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.action.troubled.queryOptions({ projectId }, { refetchInterval: POLL_MS }));
  const shown = (data ?? []).filter(({ id }) => actionId === undefined || id === actionId);
  if (shown.length === 0) return null;
  const base = `/projects/${projectId}`;
  return (
    <div className={className}>
      <div className="flex flex-col gap-3">
        {shown.map(({ id, name, state, since, reason, lastFailureExecutionId }) => (
          <Banner
            key={id}
            tone={state === "off" ? "danger" : "warning"}
            title={state === "off" ? `${name} was switched off` : `${name} keeps failing`}
            action={
              lastFailureExecutionId ? (
                <ButtonLink size="sm" href={`${base}/executions/${lastFailureExecutionId}`}>
                  The last failure
                </ButtonLink>
              ) : (
                <ButtonLink size="sm" href={`${base}/actions/${id}`}>
                  The action
                </ButtonLink>
              )
            }
          >
            {reason} Since <Time value={since} />.
          </Banner>
        ))}
      </div>
    </div>
  );
}
