"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
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
export function ActionNotice({ projectId, action, mayWrite, isReadOnly, hasConflict, onStartOver, onSwitched }: ActionNoticeProps) {
  const { isPending, setEnabled } = useSetEnabled(projectId, action, onSwitched);
  const switchOn = mayWrite && (
    <Button size="sm" isLoading={isPending} onClick={() => setEnabled(true)}>
      Switch on
    </Button>
  );
  return (
    <>
      {hasConflict && (
        <Banner tone="warning" isAlert title="Somebody else has changed this action" action={<Button size="sm" onClick={onStartOver}>Load their version</Button>}>
          Your changes are not saved. Loading theirs discards yours.
        </Banner>
      )}
      {action.disabledAt && (
        <Banner tone="warning" title={action.disabledReason ? "This action was switched off" : "This action is off"} action={switchOn}>
          {action.disabledReason ?? "Its executions are skipped."}
        </Banner>
      )}
      {isReadOnly && <Banner title="You may read only">Members, admins and owners of this project can change actions.</Banner>}
      {!action.configuration && <Banner tone="danger" title="This kind of action is not known">Its type, {action.type}, is not registered on this server.</Banner>}
    </>
  );
}
