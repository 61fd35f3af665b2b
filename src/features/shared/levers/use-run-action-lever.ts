"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { toast } from "@/components/ui/toast";
import { makeChangeScope } from "../change-scope";
import type { ActionLeverName } from "./describe-lever-dialog";

type RunActionLeverOptions = {
  projectId: string;
  action: { id: string; name: string };
  onDone?: () => void;
  onSwitched?: ((version: number) => void) | undefined;
};

/**
 * Returns `run`, which pulls a lever of an action (probe, send, pause, resume, off), and `setEnabled`, which switches
 * the action on or off. A toast shows the result, with Undo if possible. A failed `run` rejects, and the caller shows
 * the error. The error of `setEnabled` or of an Undo is a toast.
 */
export function useRunActionLever({ projectId, action, onDone, onSwitched }: RunActionLeverOptions) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const key = { projectId, actionId: action.id };
  const announceFailure = (error: Error): void =>
    void toast.error(`${action.name}: not done`, { description: error.message });
  const options = {
    onSettled: async (_: unknown, error: unknown) => {
      if (error === null) onDone?.();
      await Promise.all(
        [trpc.action, trpc.overview, trpc.execution].map((router) =>
          queryClient.invalidateQueries(router.pathFilter()),
        ),
      );
    },
  };
  const probe = useMutation(
    trpc.action.probe.mutationOptions({
      ...options,
      onSuccess: ({ isProbing }) =>
        isProbing
          ? toast.success(`${action.name} is probed`, { description: "Its health changes as soon as it answers." })
          : toast.info(`${action.name} needs no probe`, { description: "Its endpoint is not paused." }),
    }),
  );
  const send = useMutation(
    trpc.action.sendNow.mutationOptions({
      ...options,
      onSuccess: ({ sent }) =>
        toast.success(`${action.name} delivers what waits`, {
          description: sent > 0 ? `${formatCountWithNoun(sent, "execution")} became due now.` : undefined,
        }),
    }),
  );
  const setPaused = useMutation(
    trpc.action.setPaused.mutationOptions({
      ...options,
      onSuccess: ({ pausedAt }) =>
        toast.success(pausedAt ? `${action.name} is paused` : `${action.name} goes on`, {
          action: { label: "Undo", onClick: () => change.paused(pausedAt === null) },
        }),
    }),
  );
  const setEnabled = useMutation(
    trpc.action.setEnabled.mutationOptions({
      ...options,
      scope: makeChangeScope(action.id),
      onSuccess: ({ disabledAt, skipped, version }) => {
        onSwitched?.(version);
        toast.success(`${action.name} is ${disabledAt ? "off" : "on"}`, {
          description:
            skipped > 0
              ? `${formatCountWithNoun(skipped, "waiting execution is", "waiting executions are")} being skipped.`
              : undefined,
          action: { label: "Undo", onClick: () => change.enabled(disabledAt !== null) },
        });
      },
    }),
  );
  const change = {
    paused: (paused: boolean) => void setPaused.mutateAsync({ ...key, paused }).catch(announceFailure),
    enabled: (enabled: boolean) => void setEnabled.mutateAsync({ ...key, enabled }).catch(announceFailure),
  };
  const run = (lever: ActionLeverName): Promise<unknown> => {
    switch (lever) {
      case "probe":
        return probe.mutateAsync(key);
      case "send":
        return send.mutateAsync(key);
      case "pause":
      case "resume":
        return setPaused.mutateAsync({ ...key, paused: lever === "pause" });
      case "off":
        return setEnabled.mutateAsync({ ...key, enabled: false });
      default:
        return lever satisfies never;
    }
  };
  return {
    run,
    setEnabled: change.enabled,
    switchingTo: setEnabled.isPending ? setEnabled.variables.enabled : null,
    isPending: probe.isPending || send.isPending || setPaused.isPending || setEnabled.isPending,
  };
}
