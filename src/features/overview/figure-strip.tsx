import { PageLink } from "@/components/ui/page-link";
import { makeSubjectListPath } from "@/features/shared/subject-path";
import { cn } from "@/lib/cn";
import { formatCappedCount, formatDuration, formatRate } from "@/lib/format";
import type { OverviewFigures } from "./types";

type Shown = { label: string; value: string; unit?: string; change: string | null; isWorse?: boolean; href: string };

/**
 * Shows five figures of the time range and their change since the range before. Each figure links to the list behind
 * it.
 */
export function FigureStrip({ projectId, data, query }: { projectId: string; data: OverviewFigures; query: string }) {
  return (
    <ul
      aria-label="Figures of the range"
      // The fifth figure takes the free place of the last row. A figure's own line lies under the line of the strip.
      className={cn(
        "grid grid-cols-2 overflow-hidden border-y sm:grid-cols-3 lg:grid-cols-5 lg:divide-x",
        "[&>li]:max-lg:-mb-px [&>li]:max-lg:border-b [&>li:last-child]:max-lg:col-span-2",
      )}
    >
      {shownOf(projectId, data, query).map(({ label, value, unit, change, isWorse, href }) => (
        <li key={label} className="min-w-0">
          <PageLink
            href={href}
            prefetch={false}
            className="flex flex-col gap-0.5 px-4 py-3 -outline-offset-2 hover:bg-hover"
          >
            <span className="text-xs text-muted">{label}</span>
            <span className="text-figure font-semibold tracking-[-0.02em] tabular-nums">
              {value}
              {unit && <span className="ml-1 text-sm font-normal text-muted">{unit}</span>}
            </span>
            <span className={cn("h-4 text-xs tabular-nums", isWorse ? "text-danger-text" : "text-muted")}>
              {change}
            </span>
          </PageLink>
        </li>
      ))}
    </ul>
  );
}

function shownOf(projectId: string, { figures, before }: OverviewFigures, query: string): Shown[] {
  const base = `/projects/${projectId}`;
  const executions = (status: string) => `${base}/executions?status=${status}&${query}`;
  const past = before?.figures;
  const rate = figures.successRate;
  const [delay = "–", unit = ""] = figures.p95Ms === null ? [] : unitApart(formatDuration(figures.p95Ms));
  return [
    {
      label: "Events",
      value: formatCappedCount(figures.received, Infinity),
      change: changeOf(figures.received, past?.received),
      href: makeSubjectListPath(projectId),
    },
    {
      label: "Delivered",
      value: formatCappedCount(figures.delivered, Infinity),
      change: changeOf(figures.delivered, past?.delivered),
      href: executions("COMPLETED"),
    },
    {
      label: "Failed for good",
      value: formatCappedCount(figures.failed, Infinity),
      change: changeOf(figures.failed, past?.failed),
      isWorse: past !== undefined && figures.failed > past.failed,
      href: executions("FAILED"),
    },
    {
      label: "Attempts that succeeded",
      value: rate === null ? "–" : formatRate(rate).replace(" %", ""),
      unit: rate === null ? "" : "%",
      change: pointsOf(rate, past?.successRate),
      isWorse: rate !== null && past?.successRate != null && rate < past.successRate - 0.01,
      href: `${base}/actions`,
    },
    {
      label: "Match to delivery, p95",
      value: delay,
      unit,
      change: past?.p95Ms == null ? null : `before: ${formatDuration(past.p95Ms)}`,
      href: executions("COMPLETED"),
    },
  ];
}

/**
 * Splits a duration with one unit, such as `1.2 s`, into number and unit. A duration with two units, such as `1 min 19
 * s`, stays whole.
 */
const unitApart = (duration: string): string[] => {
  const parts = duration.split(" ");
  return parts.length === 2 ? parts : [duration];
};

/**
 * Describes the change since the time range before, such as `+12 %`, `as before` or `before: 0`; null without data of
 * that range.
 */
function changeOf(now: number, before: number | undefined): string | null {
  if (before === undefined) return null;
  if (before === 0) return now === 0 ? "as before" : "before: 0";
  const share = Math.round(((now - before) / before) * 100);
  return share === 0 ? "as before" : `${share > 0 ? "+" : "−"}${formatCappedCount(Math.abs(share), Infinity)} %`;
}

function pointsOf(now: number | null, before: number | null | undefined): string | null {
  if (now === null || before == null) return null;
  return `before: ${formatRate(before)}`;
}
