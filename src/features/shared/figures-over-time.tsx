"use client";

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { makeOneOfParam } from "@/lib/url-params";
import { useUrlParam } from "@/lib/use-url-params";
import { StackedBars, type BarSeries } from "@/components/stacked-bars";
import { QueryErrorMessage } from "@/components/query-error-message";
import { OverviewSection } from "./overview-section";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";

const ranges = [
  { value: "24h", label: "24 h", hours: 24 },
  { value: "7d", label: "7 d", hours: 168 },
  { value: "30d", label: "30 d", hours: 720 },
] as const;
const rangeParam = makeOneOfParam(["24h", "7d", "30d"]).withDefault("24h");
const HOUR_MS = 60 * 60_000;

/** Returns the chosen time range in hours, which the URL stores, and `control`, the buttons that change it. */
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
  /** the buttons that choose the time range, from `useFiguresTimeRange` */
  control: ReactNode;
  query: {
    data: Data | undefined;
    error: { message: string } | null;
    isPlaceholderData: boolean;
    refetch: () => Promise<unknown>;
  };
  /** renders the loaded figures in two sections */
  children: (data: Data) => ReactNode;
};

/**
 * Shows figures of a time range: placeholders while the query loads, an error message if it fails, else the children.
 */
export function FiguresOverTime<Data>({
  control,
  query: { data, error, isPlaceholderData, refetch },
  children,
}: OverviewProps<Data>) {
  return (
    <div className="flex flex-col gap-5">
      {control}
      {error && !data ? (
        <QueryErrorMessage
          title="The overview could not be loaded"
          message={error.message}
          onRetry={() => void refetch()}
        />
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
  /** the name of what is counted, such as `Attempts` */
  label: string;
  series: readonly BarSeries<Shown>[];
  columns: readonly { key: Key; label: string }[];
  /** one point per interval; all intervals have the same length, an hour or a day */
  points: readonly ({ hour: Date } & Readonly<Record<Key, number>>)[];
  /** the URL of the list of executions; a bar's link adds the time of its interval */
  executionsHref: string;
};

/** Draws counts over time as stacked bars, by hour or by day. */
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
