"use client";

import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { PageHeader } from "@/components/page-header";
import { TimeRangePicker } from "@/components/time-range-picker";
import { StatusLabel } from "@/components/status";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { timeRangeParams, type TimeRange } from "@/lib/time-range";
import { useTRPC } from "@/lib/trpc/client";
import { useUrlParams } from "@/lib/use-url-params";
import { DelayChart } from "./delay-chart";
import { FailureGroups } from "./failure-groups";
import { FigureStrip } from "./figure-strip";
import { FirstDeliveryStep } from "./first-delivery-step";
import { NeedsAttention } from "./needs-attention";
import { OutcomeChart } from "./outcome-chart";
import { DEFAULT_OVERVIEW_RANGE, writeExecutionsQueryOfRange, describeTimeRange } from "./overview-range";
import { writeOverviewSentence } from "./overview-sentence";
import { SetupChecklist } from "./setup-checklist";
import { BusyAndUnusualTriggers } from "./busy-and-unusual-triggers";
import type { ProjectProblems, OverviewFigures } from "./types";
import { useShowsFiguresOfOtherRange } from "./use-shows-figures-of-other-range";
import { useIntervalOfRange } from "./use-interval-of-range";

const POLL_MS = 60_000;

/**
 * Shows the state of a project over one time range. Before the first delivery, a checklist guides through the setup.
 */
export function OverviewPage({ projectId, appUrl }: { projectId: string; appUrl: string }) {
  const trpc = useTRPC();
  const [range, setRange] = useUrlParams(timeRangeParams);
  const interval = useIntervalOfRange(range);
  const overview = useQuery(trpc.overview.get.queryOptions({ projectId }, { refetchInterval: POLL_MS }));
  const project = useQuery(trpc.project.get.queryOptions({ projectId }));
  const attention = useQuery({
    ...trpc.overview.attention.queryOptions({ projectId, from: interval.from }, { refetchInterval: POLL_MS }),
    placeholderData: keepPreviousData,
  });
  const figures = useQuery({
    ...trpc.overview.figures.queryOptions({ projectId, ...interval }, { refetchInterval: POLL_MS }),
    placeholderData: keepPreviousData,
  });
  const isStale = useShowsFiguresOfOtherRange(figures.isPlaceholderData, range);
  const error = overview.error ?? attention.error ?? figures.error;
  const { data } = overview;
  // The checklist stays after the first delivery while it shows a new key, because nobody can see the key again.
  const [newKey, setNewKey] = useState<string | null>(null);
  const first = data?.firstDelivery ?? null;
  const hasData = data !== undefined && data.setup.observations > 0;
  const isLoaded = attention.data && figures.data && data;
  const retry = () => void Promise.all([overview.refetch(), attention.refetch(), figures.refetch()]);
  return (
    <>
      <PageHeader
        title="Overview"
        isLive
        range={
          hasData && (
            <TimeRangePicker value={range} onValueChange={(next) => setRange(next)} fallback={DEFAULT_OVERVIEW_RANGE} />
          )
        }
      />
      <div className="flex flex-col gap-6">
        {error && (
          <QueryErrorMessage title="The overview could not be loaded" message={error.message} onRetry={retry} />
        )}
        {!isLoaded && !error && <OverviewSkeleton />}
        {first?.finishedAt && isRecent(first.finishedAt, overview.dataUpdatedAt) && (
          <FirstDeliveryStep projectId={projectId} delivery={first} />
        )}
        {data && (first === null || newKey !== null) && (
          <SetupChecklist
            projectId={projectId}
            appUrl={appUrl}
            setup={data.setup}
            isDelivered={first !== null}
            permissions={project.data?.permissions ?? []}
            newKey={newKey}
            onNewKey={setNewKey}
          />
        )}
        {isLoaded && hasData && (
          <Loaded
            projectId={projectId}
            range={range}
            attention={attention.data}
            figures={figures.data}
            isStale={isStale}
            onZoom={(from, to) => setRange({ range: null, from, to })}
          />
        )}
      </div>
    </>
  );
}

/** How long the overview shows the step "First delivery" after that delivery, in ms. */
const FIRST_DELIVERY_SHOWN_MS = 15 * 60_000;
const isRecent = (at: Date, now: number): boolean => now - at.getTime() < FIRST_DELIVERY_SHOWN_MS;

type LoadedProps = {
  projectId: string;
  range: TimeRange;
  attention: ProjectProblems;
  figures: OverviewFigures;
  isStale: boolean;
  onZoom: (from: Date, to: Date) => void;
};

function Loaded({ projectId, range, attention, figures: data, isStale, onZoom }: LoadedProps) {
  const attempts = data.points.reduce((sum, { delivered, retrying, failed }) => sum + delivered + retrying + failed, 0);
  return (
    <>
      <p className="text-base">
        {writeOverviewSentence({
          totals: attention.totals,
          figures: { attempts, successRate: data.figures.successRate },
          range: describeTimeRange(range),
        })}
      </p>
      <NeedsAttention projectId={projectId} attention={attention} />
      <div aria-busy={isStale} className={cn("flex flex-col gap-6", isStale && "opacity-60")}>
        <FigureStrip projectId={projectId} data={data} query={writeExecutionsQueryOfRange(range)} />
        <div className="grid items-start gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,1fr)]">
          <OutcomeChart projectId={projectId} data={data} onZoom={onZoom} />
          <DelayChart data={data} />
        </div>
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <BusyAndUnusualTriggers projectId={projectId} data={data} />
          <FailureGroups projectId={projectId} failures={attention.failures} actions={attention.actions} />
        </div>
        <EngineLine engine={data.engine} />
      </div>
    </>
  );
}

function EngineLine({ engine: { isBehind, oldestDueMs } }: { engine: OverviewFigures["engine"] }) {
  return (
    <p className="text-xs">
      <StatusLabel
        tone={isBehind ? "warning" : "success"}
        isLoud={isBehind}
        detail={
          oldestDueMs < 1_000
            ? "nothing waits for it"
            : `oldest waiting ${formatDuration(Math.round(oldestDueMs / 1_000) * 1_000)}`
        }
      >
        {isBehind ? "Engine behind" : "Engine running"}
      </StatusLabel>
    </p>
  );
}

function OverviewSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-6">
      <Skeleton width="26rem" className="h-6 max-w-full" />
      <Skeleton width="100%" className="h-22" />
      <Skeleton width="100%" className="h-52" />
      <Skeleton width="100%" className="h-28" />
    </div>
  );
}
