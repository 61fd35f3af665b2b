"use client";

import { useMutation } from "@tanstack/react-query";
import { Ban, RotateCw } from "lucide-react";
import { ConfirmButton } from "@/components/confirm-button";
import { toast } from "@/components/ui/toast";
import { formatCountWithNoun } from "@/lib/format";
import { useEngineApi } from "./engine-project-context";
import type { Run } from "./types";

type ActionsProps = { run: Run; onShow: (runId: string) => void };

/** The button for a run: it cancels a run that has not ended, or starts a failed or cancelled run again. */
export function RunActions({ run, onShow }: ActionsProps) {
  return run.can.cancel ? <Cancel run={run} /> : <Rerun run={run} onShow={onShow} />;
}

function Cancel({ run }: Omit<ActionsProps, "onShow">) {
  const api = useEngineApi();
  const cancel = useMutation({
    mutationFn: api.cancel,
    onSuccess: () => toast.success("Run cancelled"),
    onSettled: api.refresh,
  });
  return (
    <ConfirmButton
      title="Cancel this run?"
      description={
        `Its results stay. The rest of its ${formatCountWithNoun(run.eventCount, "event")} stays undone, unless you run ` +
        "it again within a day. To stop a delivery for good, cancel its execution instead."
      }
      confirmLabel="Cancel run"
      isDanger
      onConfirm={() => cancel.mutateAsync(run.id)}
    >
      <Ban aria-hidden /> Cancel run
    </ConfirmButton>
  );
}

function Rerun({ run, onShow }: ActionsProps) {
  const api = useEngineApi();
  const rerun = useMutation({
    mutationFn: api.rerun,
    onSuccess: ({ id }) => {
      toast.success("Running it again");
      onShow(id);
    },
    onSettled: api.refresh,
  });
  return (
    <ConfirmButton
      title="Run it again?"
      description={
        `A new run handles the same ${formatCountWithNoun(run.eventCount, "event")} from the beginning. ` +
        "It recognises finished work and does not repeat it."
      }
      confirmLabel="Run again"
      variant="primary"
      onConfirm={() => rerun.mutateAsync(run.id)}
    >
      <RotateCw aria-hidden /> Run again
    </ConfirmButton>
  );
}
