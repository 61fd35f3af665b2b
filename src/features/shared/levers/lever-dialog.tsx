"use client";

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { useLastShown } from "@/lib/use-last-shown";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { describeLeverDialog, type ActionLeverName } from "./describe-lever-dialog";
import { useRunActionLever } from "./use-run-action-lever";

type LeverDialogProps = {
  projectId: string;
  action: { id: string; name: string };
  /** the lever that the dialog asks about; null closes the dialog */
  lever: ActionLeverName | null;
  onClose: () => void;
  /** called after the action was switched on or off, with the action's new version number */
  onSwitched?: (version: number) => void;
};

/**
 * A dialog that asks for confirmation before a lever (probe, send, pause, resume, off) acts. It names the effect and
 * the number of executions.
 */
export function LeverDialog({ projectId, action, lever, onClose, onSwitched }: LeverDialogProps) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.action.leverEffects.queryOptions(
      { projectId, actionId: action.id },
      { enabled: lever !== null, staleTime: 0 },
    ),
  );
  const [problem, setProblem] = useState<unknown>(null);
  const close = () => {
    setProblem(null);
    onClose();
  };
  const { run, isPending } = useRunActionLever({ projectId, action, onDone: close, onSwitched });
  const shown = useLastShown(lever) ?? "probe";
  const question = describeLeverDialog(shown, action.name, data);
  return (
    <AlertDialog
      open={lever !== null}
      onOpenChange={(open) => !open && close()}
      {...question}
      isDanger={shown === "off"}
      isLoading={isPending || !data}
      error={problem}
      onConfirm={() => {
        setProblem(null);
        if (lever) run(lever).catch(setProblem);
      }}
    />
  );
}
