"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useQueryStates } from "nuqs";
import { DataTable } from "@/components/data-table/data-table";
import type { DataColumn } from "@/components/data-table/column";
import { EmptyState } from "@/components/empty-state";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { LoadMore } from "@/components/ui/load-more";
import { Select } from "@/components/ui/select";
import { formatDuration, plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { RunPanel } from "./run-panel";
import { RunStatus, stateWords } from "./run-status";
import { engineParams, serializeEngineParams } from "./search-params";
import type { EngineFunction, Run, RunState } from "./types";

const REFRESH_MS = 5_000;
const ALL = "all";

/** The runs of the project, newest first, with the panel of the one that the URL names. */
export function RunList({ projectId, functions }: { projectId: string; functions: readonly EngineFunction[] }) {
  const trpc = useTRPC();
  const [params, setParams] = useQueryStates(engineParams);
  const filters = { ...(params.function ? { functionId: params.function } : {}), ...(params.state ? { state: params.state } : {}) };
  const list = useInfiniteQuery({
    ...trpc.engine.runs.infiniteQueryOptions({ projectId, ...filters }, { getNextPageParam: (page) => page.nextCursor }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages.flatMap((page) => page.items);
  const isNarrowed = params.function !== null || params.state !== null;
  return (
    <section aria-labelledby="runs">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="min-w-48 flex-1">
          <h2 id="runs" className="text-sm font-semibold">
            Runs
          </h2>
          <p className="mt-0.5 text-sm text-muted">Of this project, and of the program itself.</p>
        </div>
        <Select
          aria-label="Function"
          className="w-52"
          value={params.function ?? ALL}
          onValueChange={(value) => void setParams({ function: value === ALL ? null : value })}
          options={[{ value: ALL, label: "All functions" }, ...functions.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <Select
          aria-label="State"
          className="w-36"
          value={params.state ?? ALL}
          onValueChange={(value) => void setParams({ state: value === ALL ? null : (value as RunState) })}
          options={[{ value: ALL, label: "All states" }, ...Object.entries(stateWords).map(([value, label]) => ({ value, label }))]}
        />
      </div>
      {list.error && !list.data ? (
        <Banner tone="danger" title="The runs could not be loaded" action={<Button size="sm" onClick={() => void list.refetch()}>Try again</Button>}>
          {list.error.message}
        </Banner>
      ) : (
        <DataTable
          label="Runs"
          columns={columns}
          rows={rows}
          rowKey={(run) => run.id}
          href={(run) => serializeEngineParams(`/projects/${projectId}/settings/engine`, { ...params, run: run.id })}
          activeKey={params.run}
          isStale={list.isPlaceholderData}
          empty={
            <EmptyState
              icon={<CircleCheck aria-hidden />}
              title={isNarrowed ? "No run fits these filters" : "No runs of this project"}
              description={isNarrowed ? "Those that fit appear here by themselves." : "Every batch of events and every delivery that waits is a run. Send an observation, and its runs appear here for a day."}
              {...(isNarrowed ? { actions: <Button onClick={() => void setParams({ function: null, state: null })}>Clear filters</Button> } : {})}
            />
          }
          footer={<LoadMore hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onLoadMore={() => void list.fetchNextPage()} shown={plural(rows?.length ?? 0, "run")} />}
        />
      )}
      <RunPanel projectId={projectId} runId={params.run} onClose={() => void setParams({ run: null })} />
    </section>
  );
}

const columns: readonly DataColumn<Run>[] = [
  { id: "function", header: "Function", cell: (run) => <span className="truncate">{run.functionName}</span>, width: "15rem", skeleton: "10rem", mobile: "title" },
  { id: "state", header: "State", cell: (run) => <RunStatus run={run} />, width: "13rem", skeleton: "6rem", mobile: "meta" },
  { id: "error", header: "Error", cell: (run) => <span className="truncate text-muted">{run.error?.message}</span>, skeleton: "10rem", mobile: "meta" },
  { id: "events", header: "Events", cell: (run) => <span className="tabular-nums">{run.eventCount}</span>, width: "5rem", align: "right", mobile: "hide", isDesktopOnly: true },
  { id: "took", header: "Took", cell: (run) => <span className="tabular-nums text-muted">{run.startedAt && run.endedAt ? formatDuration(run.endedAt.getTime() - run.startedAt.getTime()) : "–"}</span>, width: "6rem", align: "right", mobile: "hide" },
  { id: "at", header: "Created", cell: (run) => <Time value={run.createdAt} />, width: "8rem", align: "right", skeleton: "4rem", mobile: "trailing" },
];
