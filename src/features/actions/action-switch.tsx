"use client";

import { useState } from "react";
import { LeverDialog } from "@/features/shared/levers/lever-dialog";
import { useRunActionLever } from "@/features/shared/levers/use-run-action-lever";
import { Switch } from "@/components/ui/switch";

type ActionSwitchProps = {
  projectId: string;
  action: { id: string; name: string; disabledAt: Date | null };
  isDisabled: boolean;
  onSwitched?: (version: number) => void;
};

/**
 * The on/off switch of an action. Switching on takes effect at once. Switching off asks first, because the action's
 * waiting executions are then skipped.
 */
export function ActionSwitch({ projectId, action, isDisabled, onSwitched }: ActionSwitchProps) {
  const [isAsking, setIsAsking] = useState(false);
  const { switchingTo, setEnabled } = useRunActionLever({ projectId, action, onSwitched });
  return (
    <>
      <Switch
        aria-label={`${action.name} is on`}
        checked={switchingTo ?? action.disabledAt === null}
        disabled={isDisabled}
        onCheckedChange={(enabled) => (enabled ? setEnabled(true) : setIsAsking(true))}
      />
      <LeverDialog
        projectId={projectId}
        action={action}
        lever={isAsking ? "off" : null}
        onClose={() => setIsAsking(false)}
        {...(onSwitched ? { onSwitched } : {})}
      />
    </>
  );
}
