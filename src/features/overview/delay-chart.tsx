import { formatDuration } from "@/lib/format";
import { makeSvgLines } from "./chart-scale";
import type { OverviewFigures } from "./types";

const lines = [
  { key: "p95Ms", label: "p95", className: "stroke-running" },
  { key: "p50Ms", label: "p50", className: "stroke-success" },
] as const;

/**
 * Draws the time from match to delivery as two lines, the median and the 95th percentile. The axis is logarithmic,
 * because delays differ by powers of ten.
 */
export function DelayChart({ data: { points, figures } }: { data: OverviewFigures }) {
  const values = points.flatMap(({ p50Ms, p95Ms }) => [p50Ms, p95Ms]).filter((value) => value !== null);
  const max = Math.max(10, ...values);
  const heightOf = (value: number): number => Math.log10(Math.max(value, 1)) / Math.log10(max);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="text-base font-medium">Match to delivery</span>
        <span className="text-xs text-muted tabular-nums">
          p50 {figures.p50Ms === null ? "–" : formatDuration(figures.p50Ms)} · p95{" "}
          {figures.p95Ms === null ? "–" : formatDuration(figures.p95Ms)}
        </span>
      </figcaption>
      <div className="flex gap-3">
        <div
          aria-hidden
          className="flex h-20 w-9 shrink-0 flex-col justify-between text-right text-xs text-subtle tabular-nums"
        >
          <span className="whitespace-nowrap">{formatDuration(max).split(" ").slice(0, 2).join(" ")}</span>
          <span>1 ms</span>
        </div>
        <svg
          role="img"
          aria-label="p50 and p95 of the time from match to delivery"
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          className="h-20 min-w-0 flex-1 border-y"
        >
          {lines.flatMap(({ key, className }) =>
            makeSvgLines(points.map((point) => (point[key] === null ? null : heightOf(point[key])))).map((places) => (
              <polyline
                key={`${key} ${places}`}
                vectorEffect="non-scaling-stroke"
                className={`fill-none ${className}`}
                points={places}
              />
            )),
          )}
        </svg>
      </div>
    </figure>
  );
}
