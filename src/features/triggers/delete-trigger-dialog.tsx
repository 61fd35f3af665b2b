"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { toast } from "@/components/ui/toast";
import { formatCount, formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type DeleteTriggerProps = {
  projectId: string;
  trigger: { id: string; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: () => void;
};

/** How long the message after a deletion offers Undo, in ms. */
const UNDO_MS = 10_000;

/** Asks for confirmation before a trigger is deleted. The dialog says how many waiting executions will be cancelled. */
export function DeleteTriggerDialog({ projectId, trigger, open, onOpenChange, onDeleted }: DeleteTriggerProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const counts = useQuery(trpc.execution.counts.queryOptions({ projectId, triggerId: trigger.id }, { enabled: open }));
  const refresh = () => queryClient.invalidateQueries(trpc.trigger.pathFilter());
  const restore = useMutation(
    trpc.trigger.restore.mutationOptions({
      onSuccess: () => {
        toast.success(`${trigger.name} is back`);
        return refresh();
      },
      onError: (error) => toast.error(`${trigger.name} could not be restored`, { description: error.message }),
    }),
  );
  const remove = useMutation(
    trpc.trigger.remove.mutationOptions({
      onSuccess: ({ cancelled }) => {
        onOpenChange(false);
        onDeleted?.();
        const description =
          cancelled > 0
            ? `${formatCountWithNoun(cancelled, "waiting execution is", "waiting executions are")} being cancelled.`
            : undefined;
        toast.success(`${trigger.name} was deleted`, {
          description,
          timeoutMs: UNDO_MS,
          action: { label: "Undo", onClick: () => restore.mutate({ projectId, triggerId: trigger.id }) },
        });
        return refresh();
      },
      onError: (error) => toast.error(`${trigger.name} could not be deleted`, { description: error.message }),
    }),
  );
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${trigger.name}?`}
      description={`${cancels(counts.data?.counts.PENDING)} Past executions stay in the list.`}
      confirmLabel="Delete trigger"
      isDanger
      isLoading={remove.isPending}
      onConfirm={() => remove.mutate({ projectId, triggerId: trigger.id })}
    />
  );
}

function cancels(waiting: number | undefined): string {
  if (waiting === undefined) return "Executions of it that still wait are cancelled.";
  if (waiting === 0) return "No execution of it is waiting, so none is cancelled.";
  return waiting === 1
    ? "1 waiting execution of it is cancelled."
    : `${formatCount(waiting)} waiting executions of it are cancelled.`;
}
