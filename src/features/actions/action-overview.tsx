"use client";

import type { ReactNode } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { OverviewSection } from "@/features/shared/overview-section";
import { CountsChart, FiguresOverTime, useFiguresTimeRange } from "@/features/shared/figures-over-time";
import { StatusLabel } from "@/components/status";
import { Time } from "@/components/time";
import { toneFillClasses } from "@/components/tone-fill-classes";
import { cn } from "@/lib/cn";
import { errorKindLabels, type ErrorKind } from "@/domain/attempt-error";
import { formatDuration, formatNumber, formatRateWithOneDecimal } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { ActionStatistics } from "./types";

const series = [
  { key: "succeeded", label: "Succeeded", className: toneFillClasses.success },
  { key: "failed", label: "Failed", className: toneFillClasses.danger },
] as const;
const columns = [
  { key: "succeeded", label: "Succeeded" },
  { key: "failed", label: "Failed" },
] as const;
const POLL_MS = 5_000;

/** Shows the figures of an action's endpoint in a time range, and its attempts by hour or by day. */
export function ActionOverview({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const { hours, control } = useFiguresTimeRange();
  const query = useQuery({
    ...trpc.action.statistics.queryOptions({ projectId, actionId, hours }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  return (
    <FiguresOverTime control={control} query={query}>
      {(data) => (
        <>
          <Figures statistics={data} />
          <CountsChart
            label="Attempts"
            series={series}
            columns={columns}
            points={data.hours}
            executionsHref={`/projects/${projectId}/executions?action=${actionId}`}
          />
        </>
      )}
    </FiguresOverTime>
  );
}

function Figures({ statistics }: { statistics: ActionStatistics }) {
  const { attempts, successRate, p50Ms, p95Ms, errors, queueDepth, onTheWire, lastSuccessAt } = statistics;
  const failed = Object.entries(errorKindLabels).filter(([kind]) => errors[kind as ErrorKind] > 0);
  return (
    <OverviewSection title="The endpoint">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm sm:grid-cols-3">
        <Figure label="Circuit breaker" className="col-span-full">
          <Breaker breaker={statistics.breaker} />
        </Figure>
        <Figure label="Success rate">{successRate === null ? "–" : formatRateWithOneDecimal(successRate)}</Figure>
        <Figure label="Attempts">{formatNumber(attempts)}</Figure>
        <Figure label="p50 latency">{p50Ms === null ? "–" : formatDuration(p50Ms)}</Figure>
        <Figure label="p95 latency">{p95Ms === null ? "–" : formatDuration(p95Ms)}</Figure>
        <Figure label="Last success">{lastSuccessAt ? <Time value={lastSuccessAt} /> : "–"}</Figure>
        <Figure label="Waiting">{queueDepth >= 10_000 ? "10,000 or more" : formatNumber(queueDepth)}</Figure>
        <Figure label="In flight">{formatNumber(onTheWire)}</Figure>
      </dl>
      {failed.length > 0 && (
        <section aria-label="Failed attempts by kind" className="flex flex-col gap-2 border-t pt-4">
          <h3 className="text-base font-medium">Failed attempts</h3>
          <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-3">
            {failed.map(([kind, label]) => (
              <div key={kind} className="flex justify-between gap-3">
                <dt className="text-muted">{label}</dt>
                <dd className="tabular-nums">{formatNumber(errors[kind as ErrorKind])}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </OverviewSection>
  );
}

function Figure({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div className={cn("flex min-w-0 flex-col gap-1", className)}>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="font-medium tabular-nums">{children}</dd>
    </div>
  );
}

function Breaker({ breaker: { state, until } }: Pick<ActionStatistics, "breaker">) {
  if (state === "closed") return <StatusLabel tone="success">Closed</StatusLabel>;
  if (state === "half open") return <StatusLabel tone="warning">Trying one</StatusLabel>;
  return (
    <StatusLabel
      tone="danger"
      detail={
        until ? (
          <>
            until <Time value={until} format="absolute" />
          </>
        ) : undefined
      }
    >
      Open
    </StatusLabel>
  );
}
