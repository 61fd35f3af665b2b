"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { askBeforeLever, type ActionLever } from "./lever-words";
import { usePullLever } from "./use-pull-lever";

type LeverDialogProps = {
  projectId: string;
  action: { id: string; name: string };
  /** the lever to ask about; null closes the dialog */
  lever: ActionLever | null;
  onClose: () => void;
  /** called after the action was switched off, with its new version */
  onSwitched?: (version: number) => void;
};

/** Asks before somebody pulls a lever. The question names the effect and counts the executions. */
export function LeverDialog({ projectId, action, lever, onClose, onSwitched }: LeverDialogProps) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.action.leverEffects.queryOptions(
      { projectId, actionId: action.id },
      { enabled: lever !== null, staleTime: 0 },
    ),
  );
  const { pull, isPending } = usePullLever({ projectId, action, onDone: onClose, onSwitched });
  const question = askBeforeLever(lever ?? "probe", action.name, data);
  return (
    <AlertDialog
      open={lever !== null}
      onOpenChange={(open) => !open && onClose()}
      {...question}
      isDanger={lever === "off"}
      isLoading={isPending || !data}
      onConfirm={() => lever && pull(lever)}
    />
  );
}
