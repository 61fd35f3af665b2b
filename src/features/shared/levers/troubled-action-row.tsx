import { PageLink } from "@/components/ui/page-link";
import { ActionHealthLabel, type ActionHealthDetails } from "../action-health-label";
import { Time } from "@/components/time";
import { ButtonLink } from "@/components/ui/button-link";
import { ActionLevers } from "./action-levers";

/** An action with problems, as the API returns it. */
type TroubledAction = ActionHealthDetails & {
  id: string;
  name: string;
  since: Date | null;
  lastFailure: { executionId: string; message: string; at: Date } | null;
};

type TroubledActionRowProps = {
  projectId: string;
  action: TroubledAction;
  /** whether the row is on the action's own page, where the name would be repeated */
  isOnPage?: boolean;
  onSwitched?: (version: number) => void;
};

/** Shows an action with problems in one row: its health, since when, the last error, and the buttons that help. */
export function TroubledActionRow({ projectId, action, isOnPage = false, onSwitched }: TroubledActionRowProps) {
  const { name, since, lastFailure, offReason } = action;
  const reason = offReason ?? (action.pausedBy === null ? lastFailure?.message : null);
  const base = `/projects/${projectId}`;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:px-5">
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3">
          {!isOnPage && (
            <PageLink
              href={`${base}/actions/${action.id}?tab=overview`}
              className="truncate text-sm font-medium hover:underline"
            >
              {name}
            </PageLink>
          )}
          <ActionHealthLabel health={action} detail="all" className="text-sm" />
          {since && (
            <span className="text-xs text-muted">
              for <Time value={since} format="span" />
            </span>
          )}
        </div>
        {reason && <p className="truncate text-xs text-muted">{reason}</p>}
      </div>
      <div className="flex items-center gap-1.5">
        {lastFailure && (
          <ButtonLink size="sm" variant="ghost" href={`${base}/executions/${lastFailure.executionId}`}>
            Last failure
          </ButtonLink>
        )}
        <ActionLevers projectId={projectId} action={action} hasSwitchOn {...(onSwitched ? { onSwitched } : {})} />
      </div>
    </div>
  );
}
