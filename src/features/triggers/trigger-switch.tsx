"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { makeChangeScope } from "@/features/shared/change-scope";
import { useTRPC } from "@/lib/trpc/client";

type TriggerSwitchProps = {
  projectId: string;
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED" };
  isDisabled: boolean;
  /** called after the trigger was switched on or off, with its new version number */
  onSwitched?: (version: number) => void;
};

/** The on/off switch of a trigger. The switch moves at once, and moves back if the server refuses the change. */
export function TriggerSwitch({ projectId, trigger, isDisabled, onSwitched }: TriggerSwitchProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.trigger.setEnabled.mutationOptions({
      scope: makeChangeScope(trigger.id),
      onSuccess: ({ status, version }) => {
        onSwitched?.(version);
        const isOn = status === "ACTIVE";
        toast.success(`${trigger.name} is ${isOn ? "on" : "off"}`, {
          id: `switch-${trigger.id}`,
          action: {
            label: "Undo",
            onClick: () => change.mutate({ projectId, triggerId: trigger.id, enabled: !isOn }),
          },
        });
      },
      onError: (error) => toast.error(`${trigger.name} could not be switched`, { description: error.message }),
      onSettled: () => queryClient.invalidateQueries(trpc.trigger.pathFilter()),
    }),
  );
  const isOn = change.isPending ? change.variables.enabled : trigger.status === "ACTIVE";
  return (
    <Switch
      aria-label={`${trigger.name} is on`}
      checked={isOn}
      disabled={isDisabled}
      onCheckedChange={(enabled) => change.mutate({ projectId, triggerId: trigger.id, enabled })}
    />
  );
}
