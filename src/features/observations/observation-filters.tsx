"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterChips } from "@/components/filter-chips";
import { SearchInput } from "@/components/search-input";
import { Select } from "@/components/ui/select";
import { DEFAULT_EVENT_SOURCE, listEventSources } from "@/domain/event-source/registry";
import { observationTypes } from "@/domain/event-source/observation-created/schema";
import { useTRPC } from "@/lib/trpc/client";
import { levelLooks } from "./level-status";
import { levels, type Level, type ObservationParams } from "./search-params";

/** A select takes the empty text for "nothing chosen"; no observation can have this type. */
const ANY = "\u0000any";

type FiltersProps = {
  projectId: string;
  params: ObservationParams;
  onChange: (change: Partial<ObservationParams>) => void;
};

/** What narrows the list of observations. */
export function ObservationFilters({ projectId, params, onChange }: FiltersProps) {
  const trpc = useTRPC();
  // Types beyond the known ones are accepted, and can be chosen once they were received.
  const received = useQuery({
    ...trpc.observation.columnValues.queryOptions({ projectId, eventSource: DEFAULT_EVENT_SOURCE, column: "type" }),
    staleTime: 60_000,
  });
  const sources = listEventSources();
  const types = [
    ...new Set([...observationTypes, ...(received.data?.values ?? []), ...(params.type ? [params.type] : [])]),
  ];
  return (
    <div className="mb-4 flex flex-col gap-3">
      <FilterChips
        aria-label="Level"
        chips={[{ value: "", label: "All" }, ...levels.map((level) => ({ value: level, ...levelLooks[level] }))]}
        value={params.level.join(",")}
        onValueChange={(value) => onChange({ level: value === "" ? [] : (value.split(",") as Level[]) })}
      />
      <div className="flex flex-wrap gap-2">
        <SearchInput
          value={params.q}
          onValueChange={(q) => onChange({ q })}
          aria-label="Search"
          placeholder="ID, name or trace ID"
          className="min-w-36 flex-1 sm:w-72 sm:flex-none"
        />
        {sources.length > 1 && (
          <div className="w-36 shrink-0 sm:w-44">
            <Select
              aria-label="Event"
              options={[
                { value: ANY, label: "Any event" },
                ...sources.map(({ name, label }) => ({ value: name, label })),
              ]}
              value={params.source || ANY}
              onValueChange={(source) => onChange({ source: source === ANY ? "" : source })}
            />
          </div>
        )}
        <div className="w-36 shrink-0 sm:w-44">
          <Select
            aria-label="Type"
            options={[{ value: ANY, label: "Any type" }, ...types.map((type) => ({ value: type, label: type }))]}
            value={params.type || ANY}
            onValueChange={(type) => onChange({ type: type === ANY ? "" : type })}
          />
        </div>
      </div>
    </div>
  );
}
