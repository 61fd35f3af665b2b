"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { toast } from "@/components/ui/toast";
import { formatCount, formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type DeleteActionProps = {
  projectId: string;
  action: { id: string; name: string; triggers: readonly { name: string }[] };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: () => void;
};

/** How long the message after a deletion offers Undo, in ms. */
const UNDO_MS = 10_000;

/**
 * Asks for confirmation before an action is deleted. The dialog says how many executions will be cancelled and which
 * triggers lose the action.
 */
export function DeleteActionDialog({ projectId, action, open, onOpenChange, onDeleted }: DeleteActionProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const counts = useQuery(trpc.execution.counts.queryOptions({ projectId, actionId: action.id }, { enabled: open }));
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.action.pathFilter()),
      queryClient.invalidateQueries(trpc.trigger.pathFilter()),
    ]);
  const restore = useMutation(
    trpc.action.restore.mutationOptions({
      onSuccess: () => {
        toast.success(`${action.name} is back`);
        return refresh();
      },
      onError: (error) => toast.error(`${action.name} could not be restored`, { description: error.message }),
    }),
  );
  const remove = useMutation(
    trpc.action.remove.mutationOptions({
      onSuccess: async ({ cancelled }) => {
        onOpenChange(false);
        onDeleted?.();
        toast.success(`${action.name} was deleted`, {
          description:
            cancelled > 0
              ? `${formatCountWithNoun(cancelled, "waiting execution is", "waiting executions are")} being cancelled.`
              : undefined,
          timeoutMs: UNDO_MS,
          action: { label: "Undo", onClick: () => restore.mutate({ projectId, actionId: action.id }) },
        });
        await refresh();
      },
      onError: (error) => toast.error(`${action.name} could not be deleted`, { description: error.message }),
    }),
  );
  const users = action.triggers.map(({ name }) => name).join(", ");
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${action.name}?`}
      description={
        `${cancels(counts.data?.counts.PENDING)} ${users ? `It is taken out of ${users}. ` : ""}` +
        "Its past executions stay in the list."
      }
      confirmLabel="Delete action"
      isDanger
      isLoading={remove.isPending}
      onConfirm={() => remove.mutate({ projectId, actionId: action.id })}
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
