"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { toneFillClasses } from "@/components/tone-fill-classes";
import { CountsChart, FiguresOverTime, useFiguresTimeRange } from "@/features/shared/figures-over-time";
import { useTRPC } from "@/lib/trpc/client";
import { FunnelSteps } from "./funnel-steps";

/** The outcomes that the chart stacks, with their colours. */
const series = [
  { key: "delivered", label: "Delivered", className: toneFillClasses.success },
  { key: "failed", label: "Failed", className: toneFillClasses.danger },
  { key: "skipped", label: "Skipped", className: toneFillClasses.neutral },
  { key: "sampledOut", label: "Sampled out", className: "bg-line-strong" },
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

/** The overview tab of a trigger, for one time range: its funnel, and a chart of outcomes by hour or by day. */
export function TriggerOverview({ projectId, triggerId }: { projectId: string; triggerId: string }) {
  const trpc = useTRPC();
  const { hours, control } = useFiguresTimeRange();
  const query = useQuery({
    ...trpc.trigger.funnel.queryOptions({ projectId, triggerId, hours }),
    placeholderData: keepPreviousData,
  });
  return (
    <FiguresOverTime control={control} query={query}>
      {(data) => (
        <>
          <FunnelSteps totals={data.totals} />
          <CountsChart
            label="Outcomes"
            series={series}
            columns={columns}
            points={data.hours}
            executionsHref={`/projects/${projectId}/executions?trigger=${triggerId}`}
          />
        </>
      )}
    </FiguresOverTime>
  );
}
