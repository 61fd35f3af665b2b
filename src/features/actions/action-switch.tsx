"use client";

import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { formatCount, plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

/** Switches an action on or off. `onSwitched` is told the version that this made. */
export function useSetEnabled(
  projectId: string,
  action: { id: string; name: string },
  onSwitched?: (version: number) => void,
) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const change = useMutation(
    trpc.action.setEnabled.mutationOptions({
      onSuccess: ({ disabledAt, skipped, version }) => {
        onSwitched?.(version);
        const description =
          skipped > 0
            ? `${plural(skipped, "waiting execution is", "waiting executions are")} being skipped.`
            : undefined;
        toast.success(`${action.name} is ${disabledAt ? "off" : "on"}`, { description });
      },
      onError: (error) => toast.error(`${action.name} could not be switched`, { description: error.message }),
      onSettled: () => queryClient.invalidateQueries(trpc.action.pathFilter()),
    }),
  );
  return {
    isPending: change.isPending,
    wanted: change.variables?.enabled,
    setEnabled: (enabled: boolean) => change.mutate({ projectId, actionId: action.id, enabled }),
  };
}

type ActionSwitchProps = {
  projectId: string;
  action: { id: string; name: string; disabledAt: Date | null };
  isDisabled: boolean;
  onSwitched?: (version: number) => void;
};

/** Goes on at once; off only after a question, since what waits is skipped then. */
export function ActionSwitch({ projectId, action, isDisabled, onSwitched }: ActionSwitchProps) {
  const trpc = useTRPC();
  const [isAsking, setIsAsking] = useState(false);
  const { isPending, wanted, setEnabled } = useSetEnabled(projectId, action, onSwitched);
  const counts = useQuery(
    trpc.execution.counts.queryOptions({ projectId, actionId: action.id }, { enabled: isAsking }),
  );
  return (
    <>
      <Switch
        aria-label={`${action.name} is on`}
        checked={isPending ? wanted === true : action.disabledAt === null}
        disabled={isDisabled}
        onCheckedChange={(enabled) => (enabled ? setEnabled(true) : setIsAsking(true))}
      />
      <AlertDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={`Switch ${action.name} off?`}
        description={`${skips(counts.data?.counts.PENDING)} Matches that come while it is off are not delivered later.`}
        confirmLabel="Switch off"
        onConfirm={() => {
          setIsAsking(false);
          setEnabled(false);
        }}
      />
    </>
  );
}

function skips(waiting: number | undefined): string {
  if (waiting === undefined) return "Executions of it that still wait are skipped.";
  if (waiting === 0) return "No execution of it is waiting.";
  return waiting === 1
    ? "1 waiting execution of it is skipped."
    : `${formatCount(waiting)} waiting executions of it are skipped.`;
}
