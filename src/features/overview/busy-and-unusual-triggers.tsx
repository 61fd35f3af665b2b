import { PageLink } from "@/components/ui/page-link";
import { Card } from "@/components/ui/card";
import { formatNumber } from "@/lib/format";
import type { OverviewFigures } from "./types";

/**
 * Lists the triggers with the most matches in the time range. Before them it lists up to 5 triggers that are silent, or
 * matched far more than in the same hour of the last 7 days.
 */
export function BusyAndUnusualTriggers({
  projectId,
  data: { busiest, unusual },
}: {
  projectId: string;
  data: OverviewFigures;
}) {
  const base = `/projects/${projectId}/triggers`;
  return (
    <Card title="Triggers" isFlush>
      <ul className="divide-y text-sm">
        {unusual.map(({ id, name, kind, usual, matched }) => (
          <li key={id} className="flex items-baseline justify-between gap-3 px-4 py-2 sm:px-5">
            <PageLink href={`${base}/${id}`} prefetch={false} className="min-w-0 truncate font-medium hover:underline">
              {name}
            </PageLink>
            <span className="shrink-0 text-xs text-warning-text tabular-nums">
              {kind === "silent"
                ? `silent: usually ${formatNumber(usual)}/h`
                : `${formatNumber(matched)} in an hour: usually ${formatNumber(usual)}/h`}
            </span>
          </li>
        ))}
        {busiest.map(({ id, name, matched }) => (
          <li key={`busiest-${id}`} className="flex items-baseline justify-between gap-3 px-4 py-2 sm:px-5">
            <PageLink href={`${base}/${id}`} prefetch={false} className="min-w-0 truncate hover:underline">
              {name}
            </PageLink>
            <span className="shrink-0 text-xs text-muted tabular-nums">{formatNumber(matched)} matched</span>
          </li>
        ))}
        {unusual.length + busiest.length === 0 && (
          <li className="px-4 py-4 text-muted sm:px-5">No trigger matched anything in this range.</li>
        )}
      </ul>
    </Card>
  );
}
