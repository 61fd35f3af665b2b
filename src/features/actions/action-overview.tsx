"use client";

import type { ReactNode } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { StackedBars } from "@/components/stacked-bars";
import { Status } from "@/components/status";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { formatDuration, formatNumber, formatRate } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { rangeParam } from "./search-params";
import type { ActionStatistics } from "./types";

const ranges = [
  { value: "24h", label: "24 h", hours: 24 },
  { value: "7d", label: "7 d", hours: 168 },
  { value: "30d", label: "30 d", hours: 720 },
] as const;
const series = [
  { key: "succeeded", label: "Succeeded", className: "bg-success" },
  { key: "failed", label: "Failed", className: "bg-danger" },
] as const;
const columns = [
  { key: "succeeded", label: "Succeeded" },
  { key: "failed", label: "Failed" },
] as const;
const kinds = {
  dns: "Name not found",
  refused: "Refused",
  reset: "Reset",
  tls: "TLS",
  timeout: "Timeout",
  "4xx": "4xx",
  "5xx": "5xx",
  blocked: "Blocked by the guard",
  other: "Other",
} as const;
const HOUR_MS = 60 * 60_000;
const POLL_MS = 5_000;

/** How an action's endpoint does, now and over time. */
export function ActionOverview({ projectId, actionId }: { projectId: string; actionId: string }) {
  const trpc = useTRPC();
  const [range, setRange] = useQueryState("range", rangeParam);
  const { hours } = ranges.find(({ value }) => value === range) ?? ranges[0];
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...trpc.action.statistics.queryOptions({ projectId, actionId, hours }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  });
  return (
    <div className="flex flex-col gap-5">
      <SegmentedControl aria-label="Time range" className="self-start" options={ranges} value={range} onValueChange={(value) => void setRange(value)} />
      {error && !data ? (
        <Banner tone="danger" title="The overview could not be loaded" action={<Button size="sm" onClick={() => void refetch()}>Try again</Button>}>
          {error.message}
        </Banner>
      ) : !data ? (
        <div aria-busy className="grid gap-5 lg:grid-cols-2">
          <Skeleton className="h-72 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
      ) : (
        <div aria-busy={isPlaceholderData} className={cn("grid items-start gap-5 lg:grid-cols-2", isPlaceholderData && "opacity-60")}>
          <Figures statistics={data} />
          <OverTime projectId={projectId} actionId={actionId} points={data.hours} />
        </div>
      )}
    </div>
  );
}

function Figures({ statistics }: { statistics: ActionStatistics }) {
  const { attempts, successRate, p50Ms, p95Ms, errors, queueDepth, onTheWire, lastSuccessAt } = statistics;
  const failed = Object.entries(kinds).filter(([kind]) => errors[kind as keyof typeof kinds] > 0);
  return (
    <Card title="The endpoint">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm sm:grid-cols-3">
        <Figure label="Circuit breaker" className="col-span-full">
          <Breaker breaker={statistics.breaker} />
        </Figure>
        <Figure label="Succeeded">{successRate === null ? "–" : formatRate(successRate)}</Figure>
        <Figure label="Attempts">{formatNumber(attempts)}</Figure>
        <Figure label="Half take at most">{p50Ms === null ? "–" : formatDuration(p50Ms)}</Figure>
        <Figure label="95 % take at most">{p95Ms === null ? "–" : formatDuration(p95Ms)}</Figure>
        <Figure label="Last success">{lastSuccessAt ? <Time value={lastSuccessAt} /> : "–"}</Figure>
        <Figure label="Waiting">{queueDepth >= 10_000 ? "10,000 or more" : formatNumber(queueDepth)}</Figure>
        <Figure label="On the wire">{formatNumber(onTheWire)}</Figure>
      </dl>
      {failed.length > 0 && (
        <section aria-label="Failed attempts by kind" className="mt-5 flex flex-col gap-2 border-t pt-4">
          <h3 className="text-sm font-semibold">Failed attempts</h3>
          <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm sm:grid-cols-3">
            {failed.map(([kind, label]) => (
              <div key={kind} className="flex justify-between gap-3">
                <dt className="text-muted">{label}</dt>
                <dd className="tabular-nums">{formatNumber(errors[kind as keyof typeof kinds])}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </Card>
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
  if (state === "closed") return <Status tone="success">Closed</Status>;
  if (state === "half open") return <Status tone="warning">Trying one</Status>;
  return (
    <Status tone="danger" detail={until ? <>until <Time value={until} format="absolute" /></> : undefined}>
      Open
    </Status>
  );
}

function OverTime({ projectId, actionId, points }: { projectId: string; actionId: string; points: ActionStatistics["hours"] }) {
  const [first, second] = points;
  const stepMs = first && second ? second.hour.getTime() - first.hour.getTime() : HOUR_MS;
  const unit = stepMs > HOUR_MS ? "day" : "hour";
  const bars = points.map(({ hour, ...values }) => ({
    at: hour,
    values,
    href: `/projects/${projectId}/executions?action=${actionId}&from=${hour.toISOString()}&to=${new Date(hour.getTime() + stepMs).toISOString()}`,
  }));
  return (
    <Card title={unit === "day" ? "Attempts by day" : "Attempts by hour"} description="A bar opens the executions of its time.">
      <StackedBars label={unit === "day" ? "Attempts by day" : "Attempts by hour"} series={series} columns={columns} bars={bars} unit={unit} />
    </Card>
  );
}
