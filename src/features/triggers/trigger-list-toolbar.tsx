"use client";

import { useQuery } from "@tanstack/react-query";
import { SearchInput } from "@/components/search-input";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Select } from "@/components/ui/select";
import { useTRPC } from "@/lib/trpc/client";
import type { triggerSortNames, triggerStateNames } from "./search-params";

type Sort = (typeof triggerSortNames)[number];
type State = (typeof triggerStateNames)[number];
type TriggerFilters = { search: string; sort: Sort; state: State | null; action: string };

const stateOptions = [
  { value: "all", label: "All" },
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
  { value: "failing", label: "Failing" },
  { value: "never", label: "Never fired" },
] as const satisfies readonly { value: State | "all"; label: string }[];
const sortOptions = [
  { value: "newest", label: "Newest first" },
  { value: "name", label: "By name" },
  { value: "fired", label: "Last fired first" },
  { value: "busiest", label: "Busiest first" },
] as const satisfies readonly { value: Sort; label: string }[];

type TriggerToolbarProps = {
  projectId: string;
  filters: TriggerFilters;
  onChange: (next: Partial<Record<keyof TriggerFilters, string | null>>) => void;
};

/** The row above the list of triggers, with a search, filters and the choice of order. */
export function TriggerListToolbar({ projectId, filters, onChange }: TriggerToolbarProps) {
  const trpc = useTRPC();
  const actions = useQuery(trpc.action.health.queryOptions({ projectId }));
  const names = [...(actions.data ?? [])].sort((one, two) => one.name.localeCompare(two.name));
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        aria-label="Search triggers"
        placeholder="Search by name"
        value={filters.search}
        onValueChange={(next) => onChange({ search: next || null })}
        className="w-full sm:w-60"
      />
      <SegmentedControl
        aria-label="State"
        options={stateOptions}
        value={filters.state ?? "all"}
        onValueChange={(next) => onChange({ state: next === "all" ? null : next })}
      />
      <Select
        aria-label="Action"
        className="w-44"
        options={[{ value: "any", label: "Any action" }, ...names.map(({ id, name }) => ({ value: id, label: name }))]}
        value={filters.action || "any"}
        onValueChange={(next) => onChange({ action: next === "any" ? null : next })}
      />
      <Select
        aria-label="Order"
        className="w-40"
        options={sortOptions}
        value={filters.sort}
        onValueChange={(sort) => onChange({ sort })}
      />
    </div>
  );
}
