"use client";

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { oneOfParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";
import { StackedBars, type BarSeries } from "@/components/stacked-bars";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { OverviewSection } from "./overview-section";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";

const ranges = [
  { value: "24h", label: "24 h", hours: 24 },
  { value: "7d", label: "7 d", hours: 168 },
  { value: "30d", label: "30 d", hours: 720 },
] as const;
const rangeParam = oneOfParam(["24h", "7d", "30d"]).withDefault("24h");
const HOUR_MS = 60 * 60_000;

/** Keeps the time range of an overview in the URL. */
export function useFiguresTimeRange() {
  const [value, setValue] = useUrlParam("range", rangeParam);
  const { hours } = ranges.find((range) => range.value === value) ?? ranges[0];
  return {
    hours,
    control: (
      <SegmentedControl
        aria-label="Time range"
        className="self-start"
        options={ranges}
        value={value}
        onValueChange={(next) => setValue(next)}
      />
    ),
  };
}

type OverviewProps<Data> = {
  /** the range control of `useFiguresTimeRange` */
  control: ReactNode;
  query: {
    data: Data | undefined;
    error: { message: string } | null;
    isPlaceholderData: boolean;
    refetch: () => Promise<unknown>;
  };
  /** two parts */
  children: (data: Data) => ReactNode;
};

/** Shows the figures of a time range, with placeholders while they load and a message if loading fails. */
export function FiguresOverTime<Data>({
  control,
  query: { data, error, isPlaceholderData, refetch },
  children,
}: OverviewProps<Data>) {
  return (
    <div className="flex flex-col gap-5">
      {control}
      {error && !data ? (
        <Banner
          tone="danger"
          title="The overview could not be loaded"
          action={
            <Button size="sm" onClick={() => void refetch()}>
              Try again
            </Button>
          }
        >
          {error.message}
        </Banner>
      ) : !data ? (
        <div aria-busy className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
          <Skeleton className="h-72 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
      ) : (
        <div
          aria-busy={isPlaceholderData}
          className={cn("grid items-start gap-x-10 gap-y-8 lg:grid-cols-2", isPlaceholderData && "opacity-60")}
        >
          {children(data)}
        </div>
      )}
    </div>
  );
}

type OverTimeProps<Key extends string, Shown extends Key> = {
  /** the name of the count: `Attempts` */
  label: string;
  series: readonly BarSeries<Shown>[];
  columns: readonly { key: Key; label: string }[];
  /** one point for each interval; all intervals have the same length */
  points: readonly ({ hour: Date } & Readonly<Record<Key, number>>)[];
  /** the URL of the executions behind a bar, without their time */
  executionsHref: string;
};

/** Draws a chart of counts by hour, or by day if the intervals are days. */
export function CountsChart<Key extends string, Shown extends Key>({
  label,
  series,
  columns,
  points,
  executionsHref,
}: OverTimeProps<Key, Shown>) {
  const [first, second] = points;
  const stepMs = first && second ? second.hour.getTime() - first.hour.getTime() : HOUR_MS;
  const unit = stepMs > HOUR_MS ? "day" : "hour";
  const bars = points.map((point) => ({
    at: point.hour,
    values: point,
    href:
      `${executionsHref}&from=${point.hour.toISOString()}` +
      `&to=${new Date(point.hour.getTime() + stepMs).toISOString()}`,
  }));
  return (
    <OverviewSection title={`${label} by ${unit}`} description="A click on a bar opens its executions.">
      <StackedBars label={`${label} by ${unit}`} series={series} columns={columns} bars={bars} unit={unit} />
    </OverviewSection>
  );
}
