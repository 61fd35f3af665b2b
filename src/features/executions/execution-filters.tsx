"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { executionLooks, executionState } from "@/components/execution-status";
import { FilterChips, type FilterChip } from "@/components/filter-chips";
import { SearchInput } from "@/components/search-input";
import { Button } from "@/components/ui/button";
import { Combobox } from "@/components/ui/combobox";
import { ExecutionStatus } from "@/domain/execution";
import { useTRPC } from "@/lib/trpc/client";
import { hasFilters, type ExecutionParams } from "./search-params";

type Counts = { counts: Record<ExecutionStatus, number> };
type FiltersProps = {
  projectId: string;
  params: ExecutionParams;
  onChange: (change: Partial<ExecutionParams>) => void;
  counts: Counts | undefined;
};

/** What narrows the list of executions: statuses with their counts, then the rest. */
export function ExecutionFilters({ projectId, params, onChange, counts }: FiltersProps) {
  const trpc = useTRPC();
  const page = { projectId, limit: 100 };
  const triggers = useQuery(trpc.trigger.list.queryOptions(page));
  const actions = useQuery(trpc.action.list.queryOptions(page));
  return (
    <div className="mb-4 flex flex-col gap-3">
      <FilterChips
        aria-label="Status"
        chips={statusChips(params.status, counts)}
        value={params.status.join(",")}
        onValueChange={(value) => onChange({ status: value === "" ? [] : (value.split(",") as ExecutionStatus[]) })}
      />
      <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
        <SearchInput
          value={params.source}
          onValueChange={(source) => onChange({ source })}
          aria-label="Source ID"
          placeholder="Source ID"
          className="max-sm:col-span-2 sm:w-52"
        />
        <div className="min-w-0 sm:w-44">
          <NamePicker
            noun="trigger"
            value={params.trigger}
            items={triggers.data?.items}
            onChange={(trigger) => onChange({ trigger })}
          />
        </div>
        <div className="min-w-0 sm:w-44">
          <NamePicker
            noun="action"
            value={params.action}
            items={actions.data?.items}
            onChange={(action) => onChange({ action })}
          />
        </div>
        {hasFilters(params) && (
          <Button
            variant="ghost"
            onClick={() => onChange({ trigger: "", action: "", source: "", range: null, from: null, to: null })}
          >
            <X aria-hidden /> Clear
          </Button>
        )}
      </div>
    </div>
  );
}

function statusChips(chosen: readonly ExecutionStatus[], data: Counts | undefined): FilterChip<string>[] {
  const count = (statuses: readonly ExecutionStatus[]) =>
    data && statuses.reduce((sum, status) => sum + data.counts[status], 0);
  const one = ExecutionStatus.options.map((status) => ({
    value: status,
    ...executionLooks[executionState({ status })],
    count: count([status]),
  }));
  const all = { value: "", label: "All", count: count(ExecutionStatus.options) };
  if (chosen.length < 2) return [all, ...one];
  // A link from elsewhere can ask for several at once.
  return [
    all,
    {
      value: chosen.join(","),
      label: chosen.map((status) => executionLooks[executionState({ status })].label).join(" or "),
      count: count(chosen),
    },
    ...one,
  ];
}

type NamePickerProps = {
  noun: "trigger" | "action";
  value: string;
  items: readonly { id: string; name: string }[] | undefined;
  onChange: (id: string) => void;
};

function NamePicker({ noun, value, items = [], onChange }: NamePickerProps) {
  // A deleted one is no longer listed, and its executions can still be asked for.
  const missing = value !== "" && !items.some((item) => item.id === value) ? [{ value, label: value }] : [];
  const options = [
    { value: "", label: `Any ${noun}` },
    ...missing,
    ...items.map((item) => ({ value: item.id, label: item.name })),
  ];
  return (
    <Combobox
      aria-label={noun === "trigger" ? "Trigger" : "Action"}
      groups={[{ label: noun, items: options }]}
      value={value}
      onValueChange={onChange}
      searchPlaceholder={`Find a ${noun}`}
    />
  );
}
