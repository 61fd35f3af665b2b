"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { FilterChips } from "@/components/filter-chips";
import { RemovableFilterTags } from "@/components/removable-filter-tags";
import { StatusLabel } from "@/components/status";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Button } from "@/components/ui/button";
import { LoadMore } from "@/components/ui/load-more";
import { Select } from "@/components/ui/select";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { ANY_CHOICE_VALUE } from "@/features/shared/any-choice";
import { formatCountWithNoun } from "@/lib/format";
import { formatLocalTime } from "@/lib/format-time";
import { useUrlParams } from "@/lib/use-url-params";
import { useHeldRows } from "@/lib/use-held-rows";
import { useEngineApi } from "./engine-project-context";
import { ENGINE_POLL_MS } from "./poll";
import { runColumns } from "./run-columns";
import { RunPanel } from "./run-panel";
import { runStateLabels } from "./run-state-label";
import { runListParams, runStates, serializeRunListParams, type RunListParams } from "./search-params";
import type { EngineFunction, RunRow } from "./types";

/** Lists the runs of the background functions. `?run=` in the URL opens the panel of one run. */
export function RunList({ functions }: { functions: readonly EngineFunction[] }) {
  const [params, setParams] = useUrlParams(runListParams);
  const { projectId, path } = useEngineApi();
  const { list, held } = useRuns(params);
  const isNarrowed = params.function !== "" || params.state !== null || params.until !== null;
  return (
    <section aria-labelledby="runs" className="flex min-w-0 flex-col gap-3">
      <div>
        <h2 id="runs" className="text-base font-medium">
          Runs
        </h2>
        <p className="mt-0.5 text-sm text-muted">
          {projectId === null
            ? "The runs of all projects, and the sweeps and clean-ups that belong to none."
            : "The runs of this project."}{" "}
          Runs that have ended are kept for a day.
        </p>
      </div>
      <Filters functions={functions} params={params} onChange={(change) => setParams(change)} />
      {params.until && (
        <RemovableFilterTags
          tags={[{ key: "until", label: "until", value: formatLocalTime(params.until) }]}
          onRemove={() => setParams({ until: null })}
          onClear={() => setParams({ until: null })}
        />
      )}
      {list.error && !list.data ? (
        <QueryErrorMessage
          title="The runs could not be loaded"
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label="Runs"
          columns={runColumns}
          rows={held.rows}
          rowKey={(run) => run.id}
          href={(run) => serializeRunListParams(path, { ...params, run: run.id })}
          activeKey={params.run}
          isStale={list.isPlaceholderData}
          arrived={held.arrived}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={
            isNarrowed ? (
              <NothingFound onClear={() => setParams({ function: null, state: null, until: null })} />
            ) : (
              <NothingYet />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(held.rows?.length ?? 0, "run")} />}
        />
      )}
      <RunPanel runId={params.run} onClose={() => setParams({ run: null })} onShow={(run) => setParams({ run })} />
    </section>
  );
}

function useRuns(params: RunListParams) {
  const runs = useEngineApi().runs(params);
  const list = useInfiniteQuery({
    ...runs,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ENGINE_POLL_MS,
  });
  const held = useHeldRows({
    rows: list.data?.pages.flatMap((page) => page.items),
    keyOf: (row: RunRow) => row.id,
    scope: JSON.stringify(runs.queryKey),
    isStale: list.isPlaceholderData,
    isPinned: params.run !== null,
  });
  return { list, held };
}

type FiltersProps = {
  functions: readonly EngineFunction[];
  params: RunListParams;
  onChange: (change: Partial<RunListParams>) => void;
};

function Filters({ functions, params, onChange }: FiltersProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <FilterChips
        aria-label="State"
        chips={[{ value: "", label: "All" }, ...runStates.map((state) => ({ value: state, ...runStateLabels[state] }))]}
        value={params.state ?? ""}
        onValueChange={(value) => onChange({ state: runStates.find((state) => state === value) ?? null })}
        className="max-sm:w-[calc(100%+2rem)]"
      />
      <div className="w-full sm:w-56">
        <Select
          aria-label="Function"
          options={[
            { value: ANY_CHOICE_VALUE, label: "Any function" },
            ...functions.map((fn) => ({ value: fn.id, label: fn.name })),
          ]}
          value={params.function || ANY_CHOICE_VALUE}
          onValueChange={(value) => onChange({ function: value === ANY_CHOICE_VALUE ? "" : value })}
        />
      </div>
    </div>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title="No run fits these filters"
      description="New runs that fit appear here by themselves. Runs that have ended are kept for a day."
      actions={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

function NothingYet() {
  return (
    <EmptyState
      example={[
        <StatusLabel key="status" tone="success">
          Completed
        </StatusLabel>,
        "deliver-webhooks",
        "84 ms",
        "2 min ago",
      ]}
      title="No runs yet"
      description={
        `Each batch of ${getEventNounForms().many} is a run, ` +
        "and so is each delivery that waits for a delay or a retry. " +
        `Send ${getEventNounForms().some}, and its run shows up here with its steps and their times.`
      }
    />
  );
}
