"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useQueryState } from "nuqs";
import { StackedBars } from "@/components/stacked-bars";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";
import { useTRPC } from "@/lib/trpc/client";
import { rangeParam } from "../search-params";
import type { Funnel } from "../types";
import { FunnelSteps } from "./funnel-steps";

const ranges = [
  { value: "24h", label: "24 h", hours: 24 },
  { value: "7d", label: "7 d", hours: 168 },
  { value: "30d", label: "30 d", hours: 720 },
] as const;

const series = [
  { key: "created", label: "Executions", className: "bg-accent" },
  { key: "sampledOut", label: "Sampled out", className: "bg-neutral" },
  { key: "skipped", label: "Skipped", className: "bg-line-strong" },
] as const;

const columns = [
  { key: "evaluated", label: "Evaluated" },
  { key: "matched", label: "Matched" },
  { key: "sampledIn", label: "Sampled in" },
  { key: "sampledOut", label: "Sampled out" },
  { key: "created", label: "Executions" },
  { key: "skipped", label: "Skipped" },
  { key: "cancelled", label: "Cancelled" },
  { key: "delivered", label: "Delivered" },
  { key: "failed", label: "Failed" },
] as const;

const HOUR_MS = 60 * 60_000;

type TriggerOverviewProps = { projectId: string; triggerId: string; /** of what it watches */ noun: { one: string; many: string } };

/** How many events came, and what was left of them at each step, in all and over time. */
export function TriggerOverview({ projectId, triggerId, noun }: TriggerOverviewProps) {
  const trpc = useTRPC();
  const [range, setRange] = useQueryState("range", rangeParam);
  const { hours } = ranges.find(({ value }) => value === range) ?? ranges[0];
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...trpc.trigger.funnel.queryOptions({ projectId, triggerId, hours }), placeholderData: keepPreviousData });
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
          <FunnelSteps totals={data.totals} noun={noun} />
          <OverTime projectId={projectId} triggerId={triggerId} points={data.hours} />
        </div>
      )}
    </div>
  );
}

function OverTime({ projectId, triggerId, points }: { projectId: string; triggerId: string; points: Funnel["hours"] }) {
  const [first, second] = points;
  const stepMs = first && second ? second.hour.getTime() - first.hour.getTime() : HOUR_MS;
  const unit = stepMs > HOUR_MS ? "day" : "hour";
  const bars = points.map(({ hour, ...values }) => ({
    at: hour,
    values,
    href: `/projects/${projectId}/executions?trigger=${triggerId}&from=${hour.toISOString()}&to=${new Date(hour.getTime() + stepMs).toISOString()}`,
  }));
  return (
    <Card title={unit === "day" ? "By day" : "By hour"} description="A bar opens its executions.">
      <StackedBars label={unit === "day" ? "The trigger by day" : "The trigger by hour"} series={series} columns={columns} bars={bars} unit={unit} />
    </Card>
  );
}
