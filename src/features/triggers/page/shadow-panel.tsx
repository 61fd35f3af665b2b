"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { EmptyState } from "@/components/empty-state";
import { KeyValueList } from "@/components/key-value-list";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Time } from "@/components/time";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatNumber, formatRate, formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { TriggerShadow } from "../types";
import { ShadowDifferenceList } from "./shadow-difference-list";

type ShadowPanelProps = {
  projectId: string;
  trigger: { id: string; eventSource: string; version: number; status: "ACTIVE" | "DISABLED" };
  mayWrite: boolean;
  onEnded: () => Promise<void>;
};

/**
 * The tab about a trigger's shadow (a trial filter that sends nothing): its filter and sampling, the differences to the
 * trigger, and the buttons that promote it to the trigger's own, or drop it.
 */
export function ShadowPanel({ projectId, trigger, mayWrite, onEnded }: ShadowPanelProps) {
  const trpc = useTRPC();
  const { data, error, isLoadingError, isPending, refetch } = useQuery(
    trpc.shadow.get.queryOptions({ projectId, triggerId: trigger.id }),
  );
  if (isLoadingError) return <QueryErrorMessage message={error.message} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton width="100%" className="h-32 rounded-lg" />;
  if (!data)
    return (
      <EmptyState
        title="No shadow"
        description={
          "A shadow tries another filter or sampling beside this trigger. " +
          "It counts where it differs, and sends nothing. " +
          "To start one, change the fields under Configuration and choose “Try as a shadow”."
        }
      />
    );
  return (
    <div className="flex max-w-form flex-col gap-5">
      <Card
        title="What it tries"
        actions={mayWrite && <ShadowButtons projectId={projectId} trigger={trigger} onEnded={onEnded} />}
      >
        <KeyValueList
          items={[
            { label: "Fires for", value: data.sentence },
            { label: "Sampling", value: formatRate(data.samplingRate) },
            { label: "Started", value: <Time value={data.startedAt} /> },
            { label: "By", value: data.startedBy },
          ]}
        />
      </Card>
      <ShadowCounts counts={data.counts} isOn={trigger.status === "ACTIVE"} />
      <ShadowDifferenceList
        projectId={projectId}
        triggerId={trigger.id}
        noun={getEventNounForms(trigger.eventSource)}
      />
    </div>
  );
}

function ShadowCounts({ counts, isOn }: { counts: TriggerShadow["counts"]; isOn: boolean }) {
  const { bothFired, more, fewer, neither, undecided } = counts;
  const all = bothFired + more + fewer + neither + undecided;
  const description = isOn
    ? `${formatCountWithNoun(all, "event")}.`
    : "The trigger is off, so nothing is compared until it is on.";
  return (
    <Card title="Since it started" description={description}>
      <KeyValueList
        items={[
          { label: "Both fired", value: formatNumber(bothFired) },
          { label: "Only the shadow", value: formatNumber(more) },
          { label: "Only the trigger", value: formatNumber(fewer) },
          { label: "Neither", value: formatNumber(neither) },
          ...(undecided > 0 ? [{ label: "Not evaluated in time", value: formatNumber(undecided) }] : []),
        ]}
      />
    </Card>
  );
}

function ShadowButtons({ projectId, trigger, onEnded }: Omit<ShadowPanelProps, "mayWrite">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = {
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries(trpc.shadow.pathFilter()),
        queryClient.invalidateQueries(trpc.trigger.pathFilter()),
        queryClient.invalidateQueries(trpc.version.pathFilter()),
      ]),
  };
  const promote = useMutation(trpc.shadow.promote.mutationOptions(options));
  const drop = useMutation(trpc.shadow.drop.mutationOptions(options));
  const target = { projectId, triggerId: trigger.id, version: trigger.version };
  const end = async (ended: Promise<unknown>, done: string): Promise<void> => {
    await ended;
    toast.success(done);
    await onEnded();
  };
  return (
    <div className="flex gap-2">
      <ConfirmButton
        size="sm"
        variant="primary"
        title="Promote the shadow?"
        description="The trigger gets this filter and this sampling, from the next event on."
        confirmLabel="Promote"
        onConfirm={() => end(promote.mutateAsync(target), "Shadow promoted")}
      >
        Promote…
      </ConfirmButton>
      <ConfirmButton
        size="sm"
        title="Drop the shadow?"
        description="Its counts are deleted. The trigger stays as it is."
        confirmLabel="Drop"
        isDanger
        onConfirm={() => end(drop.mutateAsync(target), "Shadow dropped")}
      >
        Drop…
      </ConfirmButton>
    </div>
  );
}
