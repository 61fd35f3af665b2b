"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import type { TriggerInput } from "@/domain/trigger";
import { makeChangeScope, useIsChanging } from "@/features/shared/change-scope";
import { useEditedVersion } from "@/features/shared/use-edited-version";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import type { Trigger } from "../types";

/**
 * Holds the state of one edit of a trigger, see `useEditedVersion`. `save` saves the form's values, and `tryAsShadow`
 * starts a shadow with them.
 */
export function useTriggerEditSession(projectId: string, trigger: Trigger, reload: () => Promise<Trigger | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const client = useTRPCClient();
  const edited = useEditedVersion({ stored: trigger, toValues: toInput, reload });
  const target = { projectId, triggerId: trigger.id };
  const scope = makeChangeScope(trigger.id);
  // A save may wait for the switch in the page's header. `mutationFn` runs after it, with the newest version.
  const update = useMutation({
    scope,
    mutationFn: async (input: TriggerInput) => {
      // An unchanged status in the form must not undo the switch in the page's header, so the newest status is sent.
      const status = input.status === edited.values.status ? trigger.status : input.status;
      const saved = { ...input, status };
      const { version } = await client.trigger.update.mutate({ ...target, version: edited.version, ...saved });
      return { version, saved };
    },
    onSuccess: ({ version, saved }) => edited.onSaved(version, saved),
  });
  const startShadow = useMutation({
    scope,
    mutationFn: (shadow: Pick<TriggerInput, "filter" | "samplingRate" | "samplingBy">) =>
      client.shadow.start.mutate({ ...target, version: edited.version, shadow }),
    onSuccess: ({ version }) => edited.onSaved(version),
  });
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.trigger.pathFilter()),
      queryClient.invalidateQueries(trpc.shadow.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  const save = async (input: TriggerInput) => {
    await update.mutateAsync(input);
    toast.success("Trigger saved");
    await refresh();
  };
  const tryAsShadow = async ({ filter, samplingRate, samplingBy }: TriggerInput) => {
    await startShadow.mutateAsync({ filter, samplingRate, samplingBy });
    toast.success("Shadow started", { description: "It decides beside the trigger and sends nothing." });
    await refresh();
  };
  return { ...edited, isChanging: useIsChanging(trigger.id), save, tryAsShadow };
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
