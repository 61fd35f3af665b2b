"use client";

import Link from "next/link";
import { Card } from "@/components/ui/card";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/cn";
import { formatCount } from "@/lib/format";
import { useHydrated } from "@/lib/use-hydrated";
import type { OverviewData } from "./types";

type Hour = OverviewData["hours"][number];

const parts = [
  { key: "created", label: "Executions", className: "bg-accent" },
  { key: "sampledOut", label: "Sampled out", className: "bg-neutral" },
  { key: "skipped", label: "Skipped", className: "bg-line-strong" },
] as const;

const HOUR_MS = 60 * 60_000;
const totalOf = (hour: Hour): number => parts.reduce((sum, { key }) => sum + hour[key], 0);
const exact = (count: number): string => formatCount(count, Infinity);

/** What matched in each hour of the day, in bars. A bar opens the executions of its hour. */
export function HourChart({ projectId, hours }: { projectId: string; hours: readonly Hour[] }) {
  const isHydrated = useHydrated();
  const most = Math.max(1, ...hours.map(totalOf));
  const evaluated = hours.reduce((sum, hour) => sum + hour.evaluated, 0);
  const matched = hours.reduce((sum, hour) => sum + hour.matched, 0);
  return (
    <Card title="Matches by hour" description={`${exact(evaluated)} events evaluated, ${exact(matched)} matched.`}>
      <div className="flex gap-3">
        <div
          aria-hidden
          className="flex h-40 w-8 shrink-0 flex-col justify-between text-right text-xs text-subtle tabular-nums"
        >
          <span>{exact(most)}</span>
          <span>0</span>
        </div>
        <div className="min-w-0 flex-1">
          <div className="flex h-40 items-stretch gap-px border-y sm:gap-1">
            {hours.map((hour) => (
              <Bar key={hour.hour.getTime()} projectId={projectId} hour={hour} most={most} />
            ))}
          </div>
          <div aria-hidden className="mt-1.5 flex justify-between text-xs text-subtle tabular-nums">
            {[0, 6, 12, 18, 23].map((index) => (
              <span key={index}>{isHydrated && hours[index] ? clock(hours[index].hour) : "\u00a0"}</span>
            ))}
          </div>
        </div>
      </div>
      <Legend />
      <HourTable hours={hours} />
    </Card>
  );
}

const clock = (date: Date): string => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

const linkTo = (projectId: string, hour: Hour): string =>
  `/projects/${projectId}/executions?from=${hour.hour.toISOString()}&to=${new Date(hour.hour.getTime() + HOUR_MS).toISOString()}`;

const barClass = "flex min-w-0 flex-1 flex-col justify-end rounded-t-sm";

function Bar({ projectId, hour, most }: { projectId: string; hour: Hour; most: number }) {
  const total = totalOf(hour);
  if (total === 0) return <span className={barClass} />;
  const counts = parts
    .filter(({ key }) => hour[key] > 0)
    .map(({ key, label }) => `${exact(hour[key])} ${label.toLowerCase()}`);
  const text = `${clock(hour.hour)}: ${counts.join(", ")}`;
  return (
    <Tooltip content={text}>
      <Link href={linkTo(projectId, hour)} aria-label={text} className={cn(barClass, "hover:bg-hover")}>
        <span
          className="flex min-h-0.5 flex-col-reverse overflow-hidden rounded-t-xs"
          style={{ height: `${(total / most) * 100}%` }}
        >
          {parts.map(({ key, className }) => (
            <span
              key={key}
              className={cn("block shrink-0", className)}
              style={{ height: `${(hour[key] / total) * 100}%` }}
            />
          ))}
        </span>
      </Link>
    </Tooltip>
  );
}

function Legend() {
  return (
    <ul aria-hidden className="mt-4 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-xs text-muted">
      {parts.map(({ key, label, className }) => (
        <li key={key} className="flex items-center gap-1.5">
          <span className={cn("size-2 rounded-xs", className)} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** The same numbers for screen readers. */
function HourTable({ hours }: { hours: readonly Hour[] }) {
  return (
    <div className="sr-only">
      <table>
        <caption>Matches by hour</caption>
        <thead>
          <tr>
            {["Hour", "Evaluated", "Matched", "Executions", "Sampled out", "Skipped", "Cancelled"].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.hour.getTime()}>
              <th scope="row">{hour.hour.toISOString().slice(0, 16).replace("T", " ")} UTC</th>
              {[hour.evaluated, hour.matched, hour.created, hour.sampledOut, hour.skipped, hour.cancelled].map(
                (count, index) => (
                  <td key={index}>{count}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
