"use client";

import { DataTable } from "@/components/data-table/data-table";
import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import { optionWords } from "./option-words";
import { serializeEngineParams } from "./search-params";
import type { EngineFunction } from "./types";

/** Functions of the program with their options, and what each has to do in the whole installation. */
export function FunctionList({ projectId, functions }: { projectId: string; functions: readonly EngineFunction[] }) {
  return (
    <section aria-labelledby="functions">
      <h2 id="functions" className="text-sm font-semibold">
        Functions
      </h2>
      <p className="mt-0.5 mb-3 text-sm text-muted">Counts are of all projects of this installation. Ended runs are kept for a day.</p>
      <DataTable
        label="Functions"
        columns={columns}
        rows={functions}
        rowKey={(fn) => fn.id}
        href={(fn) => serializeEngineParams(`/projects/${projectId}/settings/engine`, { function: fn.id })}
      />
    </section>
  );
}

/** On a phone there is no head to say what is counted. */
const count = (value: number, what: string, isBad = false) => (
  <span className={cn("tabular-nums", value === 0 && "text-subtle", isBad && value > 0 && "text-danger-text")}>
    {formatNumber(value)}
    <span className="sm:hidden"> {what}</span>
  </span>
);

const columns: readonly DataColumn<EngineFunction>[] = [
  {
    id: "name",
    header: "Function",
    mobile: "title",
    cell: (fn) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{fn.name}</span>
        <span className="truncate text-xs text-muted">{optionWords(fn)}</span>
      </span>
    ),
  },
  { id: "queued", header: "Queued", width: "6rem", align: "right", cell: (fn) => count(fn.ready + fn.waitingEvents, "queued") },
  { id: "running", header: "Running", width: "6rem", align: "right", cell: (fn) => count(fn.running, "running") },
  { id: "sleeping", header: "Sleeping", width: "6rem", align: "right", cell: (fn) => count(fn.sleeping, "sleeping") },
  { id: "failed", header: "Failed", width: "6rem", align: "right", cell: (fn) => count(fn.failed, "failed", true) },
  { id: "rate", header: "Runs an hour", width: "7rem", align: "right", isDesktopOnly: true, mobile: "hide", cell: (fn) => count(fn.endedLastHour, "an hour") },
  {
    id: "oldest",
    header: "Oldest waiting",
    width: "8rem",
    align: "right",
    mobile: "hide",
    cell: (fn) =>
      fn.oldestWaitingAt ? (
        <Time value={fn.oldestWaitingAt} />
      ) : (
        <Tooltip content="Nothing waits for its turn">
          <span className="text-subtle">–</span>
        </Tooltip>
      ),
  },
];
