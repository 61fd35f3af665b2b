"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, RotateCw } from "lucide-react";
import { ConfirmButton } from "@/components/confirm-button";
import { RowPanel } from "@/components/data-table/row-panel";
import { KeyValue } from "@/components/key-value";
import { Time } from "@/components/time";
import { Timeline, type TimelineItem } from "@/components/timeline";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { formatBytes, plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { RunStatus } from "./run-status";
import type { RunDetail } from "./types";

const REFRESH_MS = 3_000;

/** One run: where it stands, its steps with their times, why it failed, and what can be done about it. */
export function RunPanel({ projectId, runId, onClose }: { projectId: string; runId: string | null; onClose: () => void }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.engine.run.queryOptions({ projectId, runId: runId ?? "" }),
    enabled: runId !== null,
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? REFRESH_MS : false),
  });
  return (
    <RowPanel rowKey={runId} onClose={onClose} title={data?.functionName ?? "Run"} actions={data && <Actions projectId={projectId} run={data} />}>
      {error ? (
        <div className="p-5">
          <Banner tone="danger" title="The run could not be loaded" action={<Button size="sm" onClick={() => void refetch()}>Try again</Button>}>
            {error.message}
          </Banner>
        </div>
      ) : data ? (
        <Detail run={data} />
      ) : (
        <div aria-busy="true" className="flex flex-col gap-3 p-5">
          <Skeleton width="100%" className="h-24" />
          <Skeleton width="100%" className="h-40" />
        </div>
      )}
    </RowPanel>
  );
}

function Detail({ run }: { run: RunDetail }) {
  return (
    <div className="flex flex-col gap-5 p-5">
      <KeyValue
        items={[
          { label: "State", value: <RunStatus run={run} /> },
          { label: "Run", value: run.id, isMono: true, copy: run.id },
          { label: "Events", value: plural(run.eventCount, "event") },
          { label: "Created", value: <Time value={run.createdAt} format="absolute" /> },
          { label: "First call", value: run.startedAt && <Time value={run.startedAt} format="absolute" /> },
          { label: "Ended", value: run.endedAt && <Time value={run.endedAt} format="absolute" /> },
        ]}
      />
      {run.error && (
        <Banner tone="danger" title={run.error.name}>
          {run.error.message}
        </Banner>
      )}
      {run.error?.stack && <CodeBlock label="Stack" samples={run.error.stack} />}
      <section aria-labelledby="run-steps">
        <h3 id="run-steps" className="mb-3 text-sm font-semibold">
          Steps
        </h3>
        {run.steps.length + run.waits.length === 0 ? (
          <p className="text-sm text-muted">This function has no steps: it is called once, and again as a whole where that fails.</p>
        ) : (
          <Timeline label="Steps" items={toItems(run)} />
        )}
      </section>
    </div>
  );
}

const waitWords = { call: "Call", sleep: "Sleep", wait: "Wait for an event", invoke: "Wait for a function" } as const;

function toItems(run: RunDetail): TimelineItem[] {
  const done = run.steps.map((step): TimelineItem => ({
    id: step.id,
    tone: step.error ? "danger" : "success",
    title: step.name,
    time: <Time value={step.endedAt} format="absolute" />,
    durationMs: step.startedAt ? step.endedAt.getTime() - step.startedAt.getTime() : null,
    detail: step.error ? `${step.error.name}: ${step.error.message}` : step.op === "StepRun" ? `Result of ${formatBytes(step.size)}${step.attempt > 0 ? `, at try ${step.attempt + 1}` : ""}` : undefined,
  }));
  const waiting = run.waits.map((wait, index): TimelineItem => ({
    id: `wait-${index}`,
    tone: wait.state === "leased" ? "running" : wait.attempt > 0 ? "warning" : "neutral",
    isHollow: wait.state !== "leased",
    title: wait.state === "leased" ? "A call is under way" : wait.kind === "call" && wait.attempt > 0 ? `Try ${wait.attempt + 1}` : waitWords[wait.kind],
    time: wait.dueAt ? <Time value={wait.dueAt} format="absolute" /> : undefined,
  }));
  return [...done, ...waiting];
}

function Actions({ projectId, run }: { projectId: string; run: RunDetail }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: trpc.engine.pathKey() });
  const rerun = useMutation(
    trpc.engine.rerun.mutationOptions({
      onSuccess: () => toast.success("Running it again", { description: "As a new run, at the top of the list." }),
      onError: (error) => toast.error("It could not be run again", { description: error.message }),
      onSettled: refresh,
    }),
  );
  const cancel = useMutation(
    trpc.engine.cancel.mutationOptions({
      onSuccess: () => toast.success("Run cancelled"),
      onError: (error) => toast.error("It could not be cancelled", { description: error.message }),
      onSettled: refresh,
    }),
  );
  if (run.can.rerun) {
    return (
      <Button size="sm" isLoading={rerun.isPending} onClick={() => rerun.mutate({ projectId, runId: run.id })}>
        <RotateCw aria-hidden /> Run again
      </Button>
    );
  }
  if (!run.can.cancel) return null;
  return (
    <ConfirmButton
      size="sm"
      title="Cancel this run?"
      description="A call that is under way is not stopped, but nothing follows it. To cancel a delivery for good, cancel its execution instead: an execution without a run is found and sent on its way again."
      confirmLabel="Cancel run"
      isDanger
      onConfirm={() => cancel.mutateAsync({ projectId, runId: run.id })}
    >
      <Ban aria-hidden /> Cancel run
    </ConfirmButton>
  );
}
