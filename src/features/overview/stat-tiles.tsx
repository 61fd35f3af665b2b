import Link from "next/link";
import type { Tone } from "@/components/ui/badge";
import { StatusDot } from "@/components/status";
import { formatCount } from "@/lib/format";
import type { OverviewData } from "./types";

/** The numbers of the day; each leads to the list of what it counts. */
export function StatTiles({ projectId, overview }: { projectId: string; overview: OverviewData }) {
  const { byStatus, capped } = overview;
  const base = `/projects/${projectId}`;
  const executions = (...status: (keyof typeof byStatus)[]) => `${base}/executions?status=${status.join(",")}`;
  const sum = (...statuses: (keyof typeof byStatus)[]) =>
    statuses.some((status) => capped[status])
      ? formatCount(1_000)
      : formatCount(
          statuses.reduce((total, status) => total + byStatus[status], 0),
          Infinity,
        );
  return (
    <ul aria-label="Numbers of the last 24 hours" className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-5">
      <Tile
        href={`${base}/observations`}
        label="Observations"
        value={overview.receivedCapped ? formatCount(1_000) : formatCount(overview.received, Infinity)}
      />
      <Tile href={executions("COMPLETED")} label="Delivered" tone="success" value={sum("COMPLETED")} />
      <Tile href={executions("ERROR")} label="Failed" tone="danger" value={sum("ERROR")} />
      <Tile
        href={executions("PENDING", "RUNNING")}
        label="Waiting or running"
        tone="running"
        isCalm={byStatus.RUNNING === 0}
        value={sum("PENDING", "RUNNING")}
      />
      <Tile
        href={executions("SKIPPED", "CANCELLED")}
        label="Skipped or cancelled"
        tone="neutral"
        isHollow
        value={sum("SKIPPED", "CANCELLED")}
      />
    </ul>
  );
}

type TileProps = {
  href: string;
  label: string;
  value: string;
  tone?: Tone;
  isHollow?: boolean;
  /** nothing moves at the moment */ isCalm?: boolean;
};

function Tile({ href, label, value, tone, isHollow = false, isCalm = false }: TileProps) {
  return (
    <li className="flex last:max-sm:col-span-1 first:max-sm:col-span-2">
      <Link
        href={href}
        className="flex min-w-0 flex-1 flex-col gap-1 rounded-lg border bg-surface px-4 py-3 transition-colors hover:border-line-strong hover:bg-hover"
      >
        <span className="flex items-center gap-2 text-xs text-muted">
          {tone && <StatusDot tone={isCalm ? "neutral" : tone} isHollow={isHollow || isCalm} />}
          <span className="truncate">{label}</span>
        </span>
        <span className="text-figure font-semibold tracking-[-0.02em] tabular-nums">{value}</span>
      </Link>
    </li>
  );
}
