"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { toast } from "@/components/ui/toast";
import { announceDeletion, describeCancellation } from "@/features/shared/announce-deletion";
import { useTRPC } from "@/lib/trpc/client";

type DeleteTriggerProps = {
  projectId: string;
  trigger: { id: string; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: () => void;
};

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
        announceDeletion(trigger.name, cancelled, () => restore.mutate({ projectId, triggerId: trigger.id }));
        return refresh();
      },
    }),
  );
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${trigger.name}?`}
      description={`${describeCancellation(counts.data?.counts.PENDING)} Past executions stay in the list.`}
      confirmLabel="Delete trigger"
      isDanger
      isLoading={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ projectId, triggerId: trigger.id })}
    />
  );
}
