"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { toast } from "@/components/ui/toast";
import { announceDeletion, describeCancellation } from "@/features/shared/announce-deletion";
import { useTRPC } from "@/lib/trpc/client";

type DeleteActionProps = {
  projectId: string;
  action: { id: string; name: string; triggers: readonly { name: string }[] };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: () => void;
};

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
        announceDeletion(action.name, cancelled, () => restore.mutate({ projectId, actionId: action.id }));
        await refresh();
      },
    }),
  );
  const users = action.triggers.map(({ name }) => name).join(", ");
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${action.name}?`}
      description={
        `${describeCancellation(counts.data?.counts.PENDING)} ${users ? `It is taken out of ${users}. ` : ""}` +
        "Its past executions stay in the list."
      }
      confirmLabel="Delete action"
      isDanger
      isLoading={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ projectId, actionId: action.id })}
    />
  );
}
