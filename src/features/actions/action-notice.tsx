"use client";

import { useQuery } from "@tanstack/react-query";
import { TroubledActions } from "@/components/troubled-actions";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { usePermissions } from "@/lib/trpc/use-permissions";
import { useSetEnabled } from "./action-switch";
import type { ActionDetail } from "./types";

type ActionNoticeProps = {
  projectId: string;
  action: ActionDetail;
  mayWrite: boolean;
  isReadOnly: boolean;
  hasConflict: boolean;
  onStartOver: () => void;
  onSwitched: (version: number) => void;
};

/** What has to be known before an action is edited. */
export function ActionNotice({
  projectId,
  action,
  mayWrite,
  isReadOnly,
  hasConflict,
  onStartOver,
  onSwitched,
}: ActionNoticeProps) {
  const { isPending, setEnabled } = useSetEnabled(projectId, action, onSwitched);
  const switchOn = mayWrite && (
    <Button size="sm" isLoading={isPending} onClick={() => setEnabled(true)}>
      Switch on
    </Button>
  );
  return (
    <>
      {hasConflict && (
        <Banner
          tone="warning"
          isAlert
          title="Somebody else has changed this action"
          action={
            <Button size="sm" onClick={onStartOver}>
              Load their version
            </Button>
          }
        >
          Your changes are not saved. Loading theirs discards yours.
        </Banner>
      )}
      <TroubledActions projectId={projectId} actionId={action.id} />
      {action.disabledAt && (
        <Banner
          tone="warning"
          title={action.disabledReason ? "This action was switched off" : "This action is off"}
          action={switchOn}
        >
          {action.disabledReason ?? "Its executions are skipped."}
        </Banner>
      )}
      {!action.disabledAt && !isReadOnly && <Skipped projectId={projectId} actionId={action.id} />}
      {isReadOnly && (
        <Banner title="You may read only">Members, admins and owners of this project can change actions.</Banner>
      )}
      {action.problem && (
        <Banner tone="danger" title="This action cannot be used">
          {action.problem} Until then its executions end with this reason; they can be sent again afterwards.
        </Banner>
      )}
    </>
  );
}

/** What was skipped while the action was off, or over a trigger's cap, can be made up for. */
function Skipped({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const { may } = usePermissions(projectId);
  const { data } = useQuery(
    trpc.resend.count.queryOptions({ projectId, actionId, status: ["SKIPPED"] }, { enabled: may("execution:act") }),
  );
  if (!data?.sendable) return null;
  return (
    <Banner
      title={`${plural(data.sendable, "execution")} of this action ${data.sendable === 1 ? "was" : "were"} skipped`}
      action={
        <ButtonLink size="sm" href={`/projects/${projectId}/executions?action=${actionId}&status=SKIPPED&resend=true`}>
          Replay…
        </ButtonLink>
      }
    >
      They came while it was off, or were over a trigger&apos;s cap.
    </Banner>
  );
}
