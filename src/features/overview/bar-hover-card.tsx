import { cn } from "@/lib/cn";
import { formatDuration, formatNumber } from "@/lib/format";
import { formatBarInterval, chartOutcomes, formatErrorRate } from "./chart-scale";
import type { OverviewFigures } from "./types";

type HoverCardProps = {
  point: OverviewFigures["points"][number];
  stepMs: number;
  /** the position of the bar in the chart, from 0 at the left to 1 at the right */
  place: number;
};

/** A card over the chart with all values of the bar under the pointer. */
export function BarHoverCard({ point, stepMs, place }: HoverCardProps) {
  return (
    <div
      role="status"
      className={cn(
        "pointer-events-none absolute top-1 z-20 w-48 rounded-md",
        "border border-line-strong bg-raised p-2.5 text-xs shadow-raised",
      )}
      style={
        place < 0.5 ? { left: `calc(${place * 100}% + 0.75rem)` } : { right: `calc(${(1 - place) * 100}% + 0.75rem)` }
      }
    >
      <p className="mb-1 font-medium tabular-nums">{formatBarInterval(point.at, stepMs)}</p>
      <dl className="flex flex-col gap-0.5 tabular-nums">
        {chartOutcomes.map(({ key, label, className }) => (
          <div key={key} className="flex items-center gap-1.5">
            <span aria-hidden className={cn("size-2 rounded-xs", className)} />
            <dt className="flex-1 text-muted">{label}</dt>
            <dd>{formatNumber(point[key])}</dd>
          </div>
        ))}
        <Line label="Error rate" value={formatErrorRate(point)} />
        <Line label="p50" value={point.p50Ms === null ? "–" : formatDuration(point.p50Ms)} />
        <Line label="p95" value={point.p95Ms === null ? "–" : formatDuration(point.p95Ms)} />
      </dl>
    </div>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex justify-between gap-2">
      <dt className="text-muted">{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
