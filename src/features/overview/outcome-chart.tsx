"use client";

import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useRouter } from "next/navigation";
import { cn } from "@/lib/cn";
import { formatNumber, formatRate } from "@/lib/format";
import { useHydrated } from "@/lib/use-hydrated";
import { ChartTable } from "./chart-table";
import {
  computeErrorRates,
  formatBarInterval,
  makeSvgLines,
  chooseAxisMax,
  chartOutcomes,
  formatAxisTick,
  countOutcomesOfPoint,
} from "./chart-scale";
import { BarHoverCard } from "./bar-hover-card";
import type { OverviewFigures } from "./types";

type OutcomeChartProps = { projectId: string; data: OverviewFigures; onZoom: (from: Date, to: Date) => void };

/**
 * Draws deliveries by outcome as stacked bars over time. A line above the bars shows the error rate. A faint line shows
 * the totals of the time range before. Dragging zooms into an interval. A click opens the executions of one bar.
 */
export function OutcomeChart({ projectId, data: { points, stepMs, before }, onZoom }: OutcomeChartProps) {
  const router = useRouter();
  const isHydrated = useHydrated();
  const plot = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const past = before?.points.map(countOutcomesOfPoint) ?? [];
  const max = chooseAxisMax(Math.max(...points.map(countOutcomesOfPoint), ...past));
  const first = points[0]?.at.getTime() ?? 0;
  const startOf = (index: number): Date => new Date(first + index * stepMs);
  const indexAt = (event: PointerEvent): number => {
    const { left, width } = plot.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return Math.min(points.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * points.length)));
  };
  const open = (index: number): void =>
    router.push(
      `/projects/${projectId}/executions?from=${startOf(index).toISOString()}&to=${startOf(index + 1).toISOString()}`,
    );
  const endDrag = (event: PointerEvent): void => {
    const index = indexAt(event);
    if (dragFrom === null) return;
    setDragFrom(null);
    if (index === dragFrom) open(index);
    else onZoom(startOf(Math.min(index, dragFrom)), startOf(Math.max(index, dragFrom) + 1));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((now) => Math.min(points.length - 1, Math.max(0, (now ?? points.length) + step)));
    } else if (event.key === "Enter" && chosen !== null) open(chosen);
  };
  const shown = chosen === null ? null : points[chosen];
  const [low, high] =
    dragFrom === null || chosen === null ? [1, 0] : [Math.min(dragFrom, chosen), Math.max(dragFrom, chosen)];
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="text-base font-medium">Deliveries by outcome</span>
        <Legend />
      </figcaption>
      <ErrorRate points={points} />
      <div className="flex gap-3">
        <div aria-hidden className="relative h-40 w-9 shrink-0 text-right text-xs text-subtle tabular-nums">
          {[1, 0.5, 0].map((share) => (
            <span key={share} className="absolute right-0 -translate-y-1/2" style={{ top: `${(1 - share) * 100}%` }}>
              {formatNumber(share * max)}
            </span>
          ))}
        </div>
        <div className="relative min-w-0 flex-1">
          <div
            ref={plot}
            role="slider"
            tabIndex={0}
            aria-label="Interval of the chart. Enter opens its executions."
            aria-valuemin={0}
            aria-valuemax={points.length - 1}
            aria-valuenow={chosen ?? points.length - 1}
            aria-valuetext={shown ? valueText(shown, stepMs) : "no interval chosen"}
            className="relative flex h-40 cursor-crosshair touch-pan-y items-end border-b select-none"
            onPointerDown={(event) => setDragFrom(indexAt(event))}
            onPointerMove={(event) => setChosen(indexAt(event))}
            onPointerUp={endDrag}
            onPointerLeave={() => (setChosen(null), setDragFrom(null))}
            onBlur={() => setChosen(null)}
            onKeyDown={onKeyDown}
          >
            <span aria-hidden className="absolute inset-x-0 top-0 border-t border-dashed" />
            <span aria-hidden className="absolute inset-x-0 top-1/2 border-t border-dashed" />
            {points.map((point, index) => (
              <span
                key={point.at.getTime()}
                className={cn(
                  "relative flex h-full min-w-0 flex-1 flex-col-reverse",
                  points.length <= 60 && "px-px",
                  (index === chosen || (index >= low && index <= high)) && "bg-hover",
                )}
              >
                {chartOutcomes.map(({ key, className }) => (
                  <span
                    key={key}
                    className={cn("block shrink-0", className)}
                    style={{ height: `${(point[key] / max) * 100}%` }}
                  />
                ))}
              </span>
            ))}
            <Before past={past} max={max} />
          </div>
          {shown && chosen !== null && (
            <BarHoverCard point={shown} stepMs={stepMs} place={(chosen + 0.5) / points.length} />
          )}
          <div aria-hidden className="mt-1.5 flex h-4 justify-between text-xs text-subtle tabular-nums">
            {[0, 0.25, 0.5, 0.75, 1].map((share) => {
              const point = points[Math.round(share * (points.length - 1))];
              return <span key={share}>{isHydrated && point ? formatAxisTick(point.at, stepMs) : "\u00a0"}</span>;
            })}
          </div>
        </div>
      </div>
      <ChartTable points={points} stepMs={stepMs} />
    </figure>
  );
}

const valueText = (point: OverviewFigures["points"][number], stepMs: number): string =>
  `${formatBarInterval(point.at, stepMs)}: ` +
  chartOutcomes.map(({ key, label }) => `${formatNumber(point[key])} ${label.toLowerCase()}`).join(", ");

/** Draws a faint line with the totals of the time range before. */
function Before({ past, max }: { past: number[]; max: number }) {
  if (past.length === 0) return null;
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className="pointer-events-none absolute inset-0 size-full"
    >
      <polyline
        points={makeSvgLines(past.map((total) => total / max)).join(" ")}
        vectorEffect="non-scaling-stroke"
        className="fill-none stroke-foreground opacity-20"
      />
    </svg>
  );
}

/** Draws the error rate from 0 to 100 % as a line above the bars. */
function ErrorRate({ points }: { points: OverviewFigures["points"] }) {
  const lines = makeSvgLines(computeErrorRates(points));
  return (
    <div aria-hidden className="mb-2 flex gap-3">
      <span className="w-9 shrink-0 text-right text-xs whitespace-nowrap text-subtle">Errors</span>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" className="h-6 min-w-0 flex-1 overflow-visible border-b">
        {lines.map((line) => (
          <polyline
            key={line}
            points={line}
            vectorEffect="non-scaling-stroke"
            className="fill-none stroke-danger-text"
          />
        ))}
      </svg>
    </div>
  );
}

function Legend() {
  return (
    <ul aria-hidden className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {chartOutcomes.map(({ key, label, className }) => (
        <li key={key} className="flex items-center gap-1.5">
          <span className={cn("size-2 rounded-xs", className)} />
          {label}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <span className="h-px w-3 bg-danger-text" />
        Error rate, 0 to {formatRate(1)}
      </li>
    </ul>
  );
}
