"use client";

import { FilterChips } from "@/components/filter-chips";
import { RemovableFilterTags } from "@/components/removable-filter-tags";
import { SearchInput } from "@/components/search-input";
import { Select } from "@/components/ui/select";
import { DEFAULT_EVENT_SOURCE_NAME, listEventSources } from "@/domain/event-source/registry";
import { observationTypes } from "@/domain/event-source/observation-created/schema";
import { ColumnFilter } from "./column-filter";
import { getLabelAndToneOfLevel } from "./label-and-tone-of-level";
import { ANY_CHOICE_VALUE } from "@/features/shared/any-choice";
import { formatNumber } from "@/lib/format";
import {
  levelsWithFilterChip,
  listFiltersSetByLink,
  type LevelWithFilterChip,
  type ObservationParams,
} from "./search-params";
import type { LevelCounts } from "./types";

type FiltersProps = {
  projectId: string;
  params: ObservationParams;
  counts: LevelCounts | undefined;
  onChange: (change: Partial<ObservationParams>) => void;
  onClear: () => void;
};

/** The search and the filters above the list of observations. */
export function ObservationFilters({ projectId, params, counts, onChange, onClear }: FiltersProps) {
  const sources = listEventSources();
  // Only observations have levels, types and models. For other event sources the only filters are search and time.
  const isOfObservations = params.source === "" || params.source === DEFAULT_EVENT_SOURCE_NAME;
  const linked = listFiltersSetByLink(params);
  const total = counts && Object.values(counts.counts).reduce((sum, count) => sum + count, 0);
  return (
    <div className="mb-4 flex flex-col gap-3">
      {isOfObservations && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <FilterChips
            aria-label="Level"
            chips={[
              { value: "", label: "All", ...(total === undefined ? {} : { count: total }) },
              ...levelsWithFilterChip.map((level) => ({
                value: level,
                ...getLabelAndToneOfLevel(level),
                ...(counts ? { count: counts.counts[level] ?? 0 } : {}),
              })),
            ]}
            {...(counts?.isPartial && total ? { cap: total } : {})}
            value={params.level.join(",")}
            onValueChange={(value) =>
              onChange({ level: value === "" ? [] : (value.split(",") as LevelWithFilterChip[]) })
            }
          />
          {counts?.isPartial && total !== undefined && (
            <span className="text-xs text-muted">Counts are of the newest {formatNumber(total)}.</span>
          )}
        </div>
      )}
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
                { value: ANY_CHOICE_VALUE, label: "Any event" },
                ...sources.map(({ name, label }) => ({ value: name, label })),
              ]}
              value={params.source || ANY_CHOICE_VALUE}
              onValueChange={(source) => onChange({ source: source === ANY_CHOICE_VALUE ? "" : source })}
            />
          </div>
        )}
        {isOfObservations && (
          <>
            <ColumnFilter
              projectId={projectId}
              column="type"
              label="Type"
              any="Any type"
              known={observationTypes}
              value={params.type}
              onValueChange={(type) => onChange({ type })}
            />
            <ColumnFilter
              projectId={projectId}
              column="model"
              label="Model"
              any="Any model"
              value={params.model}
              onValueChange={(model) => onChange({ model })}
            />
            <ColumnFilter
              projectId={projectId}
              column="environment"
              label="Environment"
              any="Any environment"
              value={params.env}
              onValueChange={(env) => onChange({ env })}
            />
          </>
        )}
      </div>
      {linked.length > 0 && (
        <RemovableFilterTags tags={linked} onRemove={(key) => onChange({ [key]: "" })} onClear={onClear} />
      )}
    </div>
  );
}
