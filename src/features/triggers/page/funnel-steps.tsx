import { OverviewSection } from "@/features/shared/overview-section";
import { formatNumber, formatRate } from "@/lib/format";
import { cn } from "@/lib/cn";
import type { TriggerFunnel } from "../types";
import { makeTriggerFunnelParts, type FunnelStep } from "./funnel-parts";

/**
 * Draws a trigger's funnel: how many events were evaluated, matched and sampled in, how many executions were created,
 * delivered and failed, and how many were sampled out, skipped and cancelled.
 */
export function FunnelSteps({ totals }: { totals: TriggerFunnel["totals"] }) {
  const { events, executions } = makeTriggerFunnelParts(totals);
  const aside = [
    { label: "sampled out", count: totals.sampledOut },
    { label: "skipped", count: totals.skipped },
    { label: "cancelled", count: totals.cancelled },
  ];
  return (
    <OverviewSection title="Funnel">
      <Part label="Funnel of events" steps={events} />
      <div className="border-t pt-4">
        <Part label="Outcome of executions" steps={executions} />
      </div>
      <p className="text-xs text-muted tabular-nums">
        {aside.map(({ label, count }) => `${formatNumber(count)} ${label}`).join(" · ")}
      </p>
    </OverviewSection>
  );
}

function Part({ label: name, steps }: { label: string; steps: readonly FunnelStep[] }) {
  return (
    <ol aria-label={name} className="flex flex-col gap-3.5">
      {steps.map(({ label, count, share, drop }) => (
        <li key={label} className="flex flex-col gap-1">
          <span className="flex items-baseline justify-between gap-4 text-sm">
            <span>{label}</span>
            <span className="flex items-baseline gap-2 tabular-nums">
              {drop && (
                <span className="text-xs text-muted">
                  −{formatNumber(drop.count)} ({formatRate(Math.round(drop.share * 1_000) / 1_000)})
                </span>
              )}
              <span className="font-medium">{formatNumber(count)}</span>
            </span>
          </span>
          <span aria-hidden className="block h-2 overflow-hidden rounded-full bg-neutral-soft">
            <span
              className={cn(
                "block h-full rounded-full",
                label === "Failed" ? "bg-danger" : label === "Delivered" ? "bg-success" : "bg-neutral",
              )}
              style={{ width: `${share * 100}%` }}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
