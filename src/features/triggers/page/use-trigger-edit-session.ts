"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import type { TriggerInput } from "@/domain/trigger";
import { useEditedVersion } from "@/features/shared/use-edited-version";
import { useTRPC } from "@/lib/trpc/client";
import type { Trigger } from "../types";

/**
 * Holds the state of one edit of a trigger, see `useEditedVersion`. `save` saves the form's values, and `tryAsShadow`
 * starts a shadow with them.
 */
export function useTriggerEditSession(projectId: string, trigger: Trigger, reload: () => Promise<Trigger | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.trigger.update.mutationOptions());
  const startShadow = useMutation(trpc.shadow.start.mutationOptions());
  const edited = useEditedVersion({ stored: trigger, toValues: toInput, reload });
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.trigger.pathFilter()),
      queryClient.invalidateQueries(trpc.shadow.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  const save = async (input: TriggerInput) => {
    // An unchanged status in the form must not undo the switch in the page's header, so the newest status is sent.
    const status = input.status === edited.values.status ? trigger.status : input.status;
    const { version } = await update.mutateAsync({
      projectId,
      triggerId: trigger.id,
      version: edited.version,
      ...input,
      status,
    });
    edited.onSaved(version, { ...input, status });
    toast.success("Trigger saved");
    await refresh();
  };
  const tryAsShadow = async ({ filter, samplingRate, samplingBy }: TriggerInput) => {
    const { version } = await startShadow.mutateAsync({
      projectId,
      triggerId: trigger.id,
      version: edited.version,
      shadow: { filter, samplingRate, samplingBy },
    });
    edited.onSaved(version);
    toast.success("Shadow started", { description: "It decides beside the trigger and sends nothing." });
    await refresh();
  };
  return { ...edited, save, tryAsShadow };
}

const toInput = ({
  name,
  description,
  eventSource,
  filter,
  samplingRate,
  samplingBy,
  delaySeconds,
  delayMode,
  capPerHour,
  actionIds,
  status,
}: Trigger): TriggerInput => ({
  name,
  description: description ?? "",
  eventSource,
  filter,
  samplingRate,
  samplingBy,
  delaySeconds,
  delayMode,
  capPerHour,
  actionIds,
  status,
});
