"use client";

import { useState } from "react";
import { Activity, Ellipsis, PauseCircle, Play, Power, RotateCw, Send } from "lucide-react";
import { usePermissions } from "@/lib/trpc/use-permissions";
import type { ActionHealthDetails } from "../action-health-label";
import { Button } from "@/components/ui/button";
import { DropdownMenu, MenuItem, MenuLinkItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { LeverDialog } from "./lever-dialog";
import type { ActionLeverName } from "./describe-lever-dialog";
import { useRunActionLever } from "./use-run-action-lever";

type ActionLeversProps = {
  projectId: string;
  action: ActionHealthDetails & { id: string; name: string; since: Date | null };
  /** called after the action was switched on or off, with the action's new version number */
  onSwitched?: (version: number) => void;
  /** whether an action that is off gets a button that switches it on; pages with an on/off switch need no button */
  hasSwitchOn?: boolean;
};

/**
 * The controls for an action with problems (levers): probe, send now, pause, resume, resend, switch off. The most
 * useful one is a button, and a menu contains the others. For an action that is off, there is at most a button that
 * switches it on.
 */
export function ActionLevers({ projectId, action, onSwitched, hasSwitchOn = false }: ActionLeversProps) {
  const { may } = usePermissions(projectId);
  const [lever, setLever] = useState<ActionLeverName | null>(null);
  const mayAct = may("execution:act");
  const mayWrite = may("action:write");
  const { setEnabled, isPending } = useRunActionLever({ projectId, action, onSwitched });
  if (!mayAct && !mayWrite) return null;
  if (action.word === "off")
    return (
      hasSwitchOn &&
      mayWrite && (
        <Button size="sm" isLoading={isPending} onClick={() => setEnabled(true)}>
          <Power aria-hidden /> Switch on
        </Button>
      )
    );
  const isPausedByPerson = action.pausedBy !== null;
  const isPausedByBreaker = action.word === "paused" && !isPausedByPerson;
  const base = `/projects/${projectId}/executions?action=${action.id}`;
  const from = action.since && !isPausedByPerson ? `&from=${action.since.toISOString()}` : "&range=24h";
  return (
    <div className="flex shrink-0 items-center gap-1.5">
      {isPausedByPerson && mayWrite && (
        <Button size="sm" onClick={() => setLever("resume")}>
          <Play aria-hidden /> Let it go on
        </Button>
      )}
      {isPausedByBreaker && mayAct && (
        <Button size="sm" onClick={() => setLever("probe")}>
          <Activity aria-hidden /> Probe now
        </Button>
      )}
      {action.word !== "paused" && action.waiting > 0 && mayAct && (
        <Button size="sm" onClick={() => setLever("send")}>
          <Send aria-hidden /> Send all now
        </Button>
      )}
      <DropdownMenu
        trigger={
          <IconButton label={`Levers of ${action.name}`} size="sm">
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        {isPausedByBreaker && mayAct && (
          <MenuItem icon={<Send aria-hidden />} onSelect={() => setLever("send")}>
            Send waiting executions now…
          </MenuItem>
        )}
        {!isPausedByPerson && mayWrite && (
          <MenuItem icon={<PauseCircle aria-hidden />} onSelect={() => setLever("pause")}>
            Pause and keep…
          </MenuItem>
        )}
        {mayAct && (
          <MenuLinkItem icon={<RotateCw aria-hidden />} href={`${base}&status=FAILED${from}&resend=true`}>
            Resend what failed…
          </MenuLinkItem>
        )}
        {mayWrite && (
          <>
            <MenuSeparator />
            <MenuItem isDanger icon={<Power aria-hidden />} onSelect={() => setLever("off")}>
              Switch off…
            </MenuItem>
          </>
        )}
      </DropdownMenu>
      <LeverDialog
        projectId={projectId}
        action={action}
        lever={lever}
        onClose={() => setLever(null)}
        {...(onSwitched ? { onSwitched } : {})}
      />
    </div>
  );
}
