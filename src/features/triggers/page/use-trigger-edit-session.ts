"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/toast";
import type { TriggerInput } from "@/domain/trigger";
import { useTRPC } from "@/lib/trpc/client";
import type { Trigger } from "../types";

/**
 * Holds the state of one edit of a trigger: the form's values, and the version with which the form was filled. A save
 * sends that version. If another person has saved since, the save causes a conflict and overwrites nothing.
 */
export function useTriggerEditSession(projectId: string, trigger: Trigger, reload: () => Promise<Trigger | undefined>) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const update = useMutation(trpc.trigger.update.mutationOptions());
  const startShadow = useMutation(trpc.shadow.start.mutationOptions());
  const [base, setBase] = useState({ version: trigger.version, input: toInput(trigger), round: 0 });
  const [hasConflict, setHasConflict] = useState(false);
  const startOver = async () => {
    const fresh = await reload();
    if (!fresh) return;
    setBase(({ round }) => ({ version: fresh.version, input: toInput(fresh), round: round + 1 }));
    setHasConflict(false);
  };
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries(trpc.trigger.pathFilter()),
      queryClient.invalidateQueries(trpc.shadow.pathFilter()),
      queryClient.invalidateQueries(trpc.version.pathFilter()),
    ]);
  const save = async (input: TriggerInput) => {
    // An unchanged status in the form must not undo the switch in the page's header, so the newest status is sent.
    const status = input.status === base.input.status ? trigger.status : input.status;
    const { version } = await update.mutateAsync({
      projectId,
      triggerId: trigger.id,
      version: base.version,
      ...input,
      status,
    });
    setBase((before) => ({ ...before, version }));
    setHasConflict(false);
    toast.success("Trigger saved");
    await refresh();
  };
  const tryAsShadow = async ({ filter, samplingRate, samplingBy }: TriggerInput) => {
    const { version } = await startShadow.mutateAsync({
      projectId,
      triggerId: trigger.id,
      version: base.version,
      shadow: { filter, samplingRate, samplingBy },
    });
    setBase((before) => ({ ...before, version }));
    toast.success("Shadow started", { description: "It decides beside the trigger and sends nothing." });
    await refresh();
  };
  /**
   * Switching on or off also makes a new version. If its number directly follows the form's version, nobody else has
   * saved in between.
   */
  const onSwitched = (version: number) =>
    setBase((before) => (version === before.version + 1 ? { ...before, version } : before));
  /** Resolves a conflict: the next save overwrites the version that another person saved. */
  const keepMine = (theirVersion: number) => {
    setBase((before) => ({ ...before, version: theirVersion }));
    setHasConflict(false);
  };
  return {
    ...base,
    hasConflict,
    onConflict: () => setHasConflict(true),
    save,
    tryAsShadow,
    startOver,
    onSwitched,
    keepMine,
  };
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
