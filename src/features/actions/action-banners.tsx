"use client";

import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { ActionProblem } from "@/features/shared/action-problem";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button-link";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import type { Action } from "./types";

type ActionStateProps = {
  projectId: string;
  action: Action;
  onSwitched: (version: number) => void;
};

/**
 * Shows banners about an action, above all tabs of its page: a failing endpoint, skipped executions, and a
 * configuration that cannot be used.
 */
export function ActionStateBanners({ projectId, action, onSwitched }: ActionStateProps) {
  const { may } = usePermissions(projectId);
  return (
    <div className="mb-5 flex flex-col gap-3 empty:hidden">
      <ActionProblem projectId={projectId} actionId={action.id} onSwitched={onSwitched} />
      {!action.disabledAt && may("action:write") && <Skipped projectId={projectId} actionId={action.id} />}
      {action.problem && (
        <Banner tone="danger" title="This action cannot be used">
          {action.problem} Until then its executions end with this reason; they can be sent again afterwards.
        </Banner>
      )}
    </div>
  );
}

type ActionNoticeProps = { isReadOnly: boolean; conflict: ReactNode };

/** Shows banners above the form of an action: a missing permission, or a newer version that somebody else saved. */
export function ActionFormBanners({ isReadOnly, conflict }: ActionNoticeProps) {
  return (
    <>
      {conflict}
      {isReadOnly && (
        <Banner title="You may read only">Members, admins and owners of this project can change actions.</Banner>
      )}
    </>
  );
}

/** Offers to resend executions that were skipped while the action was off, or because a trigger's cap was full. */
function Skipped({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const { may } = usePermissions(projectId);
  const { data } = useQuery(
    trpc.resend.count.queryOptions({ projectId, actionId, status: ["SKIPPED"] }, { enabled: may("execution:act") }),
  );
  if (!data?.sendable) return null;
  return (
    <Banner
      title={`${formatCountWithNoun(data.sendable, "execution")} of this action ${data.sendable === 1 ? "was" : "were"} skipped`}
      action={
        <ButtonLink size="sm" href={`/projects/${projectId}/executions?action=${actionId}&status=SKIPPED&resend=true`}>
          Replay…
        </ButtonLink>
      }
    >
      The action was off then, or a trigger&apos;s cap was full.
    </Banner>
  );
}
