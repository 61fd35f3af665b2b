import type { ReactNode } from "react";
import { StatusLabel, StatusDot } from "@/components/status";
import { RelativeTime } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import type { ColorTone } from "@/components/ui/badge";
import { formatNumber } from "@/lib/format";
import type { EmbeddedEngineReport, EngineFunction } from "./types";

const looks: Record<string, { label: string; tone: ColorTone }> = {
  running: { label: "Running", tone: "success" },
  starting: { label: "Starting", tone: "running" },
  overloaded: { label: "Overloaded", tone: "warning" },
  degraded: { label: "Degraded", tone: "danger" },
  stopped: { label: "Stopped", tone: "danger" },
};

/**
 * Shows the state of the job engine, and the numbers of runs by their state. Failed runs are those of the last 24
 * hours. Events that wait for a run count as queued.
 */
export function EngineSummary({ engine, projectId }: { engine: EmbeddedEngineReport; projectId: string | null }) {
  const { functions, state, message } = engine;
  const sum = (count: (fn: EngineFunction) => number) =>
    formatNumber(functions.reduce((total, fn) => total + count(fn), 0));
  const oldest = functions
    .map((fn) => fn.oldestWaitingAt)
    .filter((at) => at !== null)
    .sort((a, b) => a.getTime() - b.getTime())[0];
  const { label, tone } = looks[state] ?? { label: state, tone: "neutral" as const };
  return (
    <section aria-label="State of the engine" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <StatusLabel tone={tone}>
          <span className="font-medium">{label}</span>
        </StatusLabel>
        <p className="text-sm text-muted">
          {projectId === null
            ? "The embedded engine serves every project of this installation. These numbers count all of them."
            : "The embedded engine serves every project of this installation. These numbers count this project's runs."}
        </p>
      </div>
      {message && <Banner tone={state === "overloaded" ? "warning" : "danger"}>{message}</Banner>}
      <dl className="grid grid-cols-2 gap-px overflow-hidden border-y bg-line sm:grid-cols-3 xl:grid-cols-6">
        <Tile label="Queued" isHollow tone="neutral" value={sum((fn) => fn.ready + fn.waitingEvents)} />
        <Tile
          label="Running"
          tone="running"
          isZero={functions.every((fn) => fn.running === 0)}
          value={sum((fn) => fn.running)}
        />
        <Tile label="Sleeping" isHollow tone="neutral" value={sum((fn) => fn.sleeping)} />
        <Tile
          label="Failed, last 24 h"
          tone="danger"
          isZero={functions.every((fn) => fn.failed === 0)}
          value={sum((fn) => fn.failed)}
        />
        <Tile
          label="Ended, last hour"
          value={formatNumber(functions.reduce((total, fn) => total + fn.endedLastHour, 0))}
        />
        <Tile label="Oldest waiting" value={oldest ? <RelativeTime date={oldest} /> : "–"} />
      </dl>
    </section>
  );
}

type TileProps = {
  label: string;
  value: ReactNode;
  tone?: ColorTone;
  isHollow?: boolean;
  /** whether the value is zero; then the dot is grey and hollow */
  isZero?: boolean;
};

function Tile({ label, value, tone, isHollow = false, isZero = false }: TileProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1 bg-background px-4 py-3">
      <dt className="flex items-center gap-2 text-xs text-muted">
        {tone && <StatusDot tone={isZero ? "neutral" : tone} isHollow={isHollow || isZero} />}
        <span className="truncate" title={label}>
          {label}
        </span>
      </dt>
      <dd className="truncate text-xl leading-7 font-semibold tracking-[-0.02em] tabular-nums">{value}</dd>
    </div>
  );
}
