"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ButtonError } from "@/components/button-error";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type BulkSwitchProps = { projectId: string; triggerIds: readonly string[]; onClear: () => void };

/** Buttons that switch all selected triggers on or off. Undo switches back the triggers that changed. */
export function TriggerBulkSwitch({ projectId, triggerIds, onClear }: BulkSwitchProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.trigger.setEnabledMany.mutationOptions({
      onSuccess: ({ changed, managed }, { enabled }) => {
        onClear();
        toast.success(`${formatCountWithNoun(changed.length, "trigger")} switched ${enabled ? "on" : "off"}`, {
          ...(managed.length > 0
            ? {
                description:
                  `Files manage ${formatCountWithNoun(managed.length, "trigger")} of these. ` +
                  "Unlock a trigger to switch it here.",
              }
            : {}),
          ...(changed.length > 0
            ? {
                action: {
                  label: "Undo",
                  onClick: () => change.mutate({ projectId, triggerIds: changed, enabled: !enabled }),
                },
              }
            : {}),
        });
      },
      onSettled: () => queryClient.invalidateQueries(trpc.trigger.pathFilter()),
    }),
  );
  if (triggerIds.length === 0) return null;
  const switchAll = (enabled: boolean) => change.mutate({ projectId, triggerIds: [...triggerIds], enabled });
  return (
    <div role="toolbar" aria-label="Selected triggers" className="mb-3 flex flex-wrap items-center gap-2 text-sm">
      <span className="tabular-nums">{triggerIds.length} selected</span>
      <Button size="sm" isLoading={change.isPending} onClick={() => switchAll(true)}>
        Switch on
      </Button>
      <Button size="sm" isLoading={change.isPending} onClick={() => switchAll(false)}>
        Switch off
      </Button>
      <Button size="sm" variant="ghost" onClick={onClear}>
        Clear
      </Button>
      <ButtonError error={change.error} />
    </div>
  );
}
