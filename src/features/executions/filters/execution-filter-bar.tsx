"use client";

import { useQuery } from "@tanstack/react-query";
import { shownExecutionStatusLabels, type ShownExecutionStatus } from "@/features/shared/execution-status-badge";
import { FilterChips, type FilterChipItem } from "@/components/filter-chips";
import { RemovableFilterTags } from "@/components/removable-filter-tags";
import type { StatusFilter } from "@/domain/execution-query";
import { useTRPC } from "@/lib/trpc/client";
import { countExecutionsWithStatuses, countExecutionsWithStatus } from "../count-executions-with-status";
import { shortenId } from "../describe-execution";
import {
  listActiveFilters,
  executionParams,
  convertSearchToParamChanges,
  hasFilterBesidesStatus,
  type ExecutionParams,
} from "../search-params";
import type { ExecutionCounts } from "../types";
import { ExecutionSearchBox } from "./execution-search-box";

type FilterBarProps = {
  projectId: string;
  params: ExecutionParams;
  onChange: (change: Partial<ExecutionParams>) => void;
  counts: ExecutionCounts | undefined;
  /** buttons at the right of the search, such as the columns and the export */
  tools: React.ReactNode;
};

/**
 * The filters above the list of executions: a search box, the statuses with their counts, and a removable tag per
 * active filter.
 */
export function ExecutionFilterBar({ projectId, params, onChange, counts, tools }: FilterBarProps) {
  return (
    <div className="mb-3 flex flex-col gap-2.5">
      <div className="flex items-start gap-2">
        <ExecutionSearchBox
          projectId={projectId}
          params={params}
          onSearch={(query) => onChange(convertSearchToParamChanges(query))}
        />
        {tools}
      </div>
      <FilterChips
        aria-label="Status"
        chips={statusChips(params.status, counts)}
        value={params.status.join(",")}
        onValueChange={(value) => onChange({ status: value === "" ? [] : (value.split(",") as StatusFilter[]) })}
      />
      <ChosenFilters projectId={projectId} params={params} onChange={onChange} />
    </div>
  );
}

const states: readonly ShownExecutionStatus[] = [
  "FAILED",
  "RETRYING",
  "PAUSED",
  "SCHEDULED",
  "WAITING",
  "RUNNING",
  "COMPLETED",
  "SKIPPED",
  "CANCELLED",
];

function statusChips(chosen: readonly StatusFilter[], data: ExecutionCounts | undefined): FilterChipItem<string>[] {
  const one = states.map((state) => ({
    value: state as string,
    ...shownExecutionStatusLabels[state],
    count: data && countExecutionsWithStatus(data, state),
  }));
  const all = { value: "", label: "All", count: data && countExecutionsWithStatuses(data, []) };
  const value = chosen.join(",");
  if (value === "" || one.some((chip) => chip.value === value)) return [all, ...one];
  // The URL may contain several statuses, or a status without a chip. One more chip then shows these statuses.
  const label = chosen.map((status) => labelOf(status)).join(" or ");
  return [all, { value, label }, ...one];
}

const labelOf = (status: StatusFilter): string =>
  status === "PENDING" ? "All that wait" : shownExecutionStatusLabels[status === "ERROR" ? "FAILED" : status].label;

function ChosenFilters({ projectId, params, onChange }: Pick<FilterBarProps, "projectId" | "params" | "onChange">) {
  const trpc = useTRPC();
  const triggerIds = params.trigger.startsWith("trg_") ? [params.trigger] : [];
  const actionIds = params.action.startsWith("act_") ? [params.action] : [];
  const { data: names } = useQuery({
    ...trpc.execution.names.queryOptions({ projectId, triggerIds, actionIds }),
    enabled: triggerIds.length + actionIds.length > 0,
  });
  if (!hasFilterBesidesStatus(params)) return null;
  const chosen = listActiveFilters(params);
  const nameOf = (value: string): string =>
    names?.find(({ id }) => id === value)?.name ?? (/^(trg|act)_/.test(value) ? shortenId(value) : value);
  const clear = () =>
    onChange(Object.fromEntries(Object.keys(executionParams).map((key) => [key, null])) as Partial<ExecutionParams>);
  return (
    <RemovableFilterTags
      tags={chosen.map(({ field, label, value }) => ({ key: field, label, value: nameOf(value) }))}
      onRemove={(field) => onChange({ [field]: null })}
      onClear={clear}
    />
  );
}
