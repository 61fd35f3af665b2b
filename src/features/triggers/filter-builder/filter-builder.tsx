"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { FilterProblem, FilterSource } from "@/domain/filter/check";
import type { Contradiction } from "@/domain/filter/contradiction";
import { describeFilter } from "@/domain/filter/describe";
import type { Filter } from "@/domain/filter/schema";
import { BuilderContext, pathId, type ConditionOutcome, type FilterBuilderContext } from "./builder-context";
import { GroupEditor } from "./group-editor";
import { JsonEditor } from "./json-editor";
import { useColumnGroups } from "./use-column-groups";
import { useJsonDraft } from "./use-json-draft";

type FilterBuilderProps = {
  /** the columns and words of an event source: `getEventSource("observation.created")` */
  source: FilterSource;
  value: Filter;
  onChange: (filter: Filter) => void;
  /** values seen of a column (at a key), asked for when a field is first focused */
  suggestions?: FilterBuilderContext["suggestions"];
  /** keys seen of an object column */
  keySuggestions?: FilterBuilderContext["keySuggestions"];
  /** what `checkFilter` says of `value`; shown at a row once it was left */
  problems?: readonly FilterProblem[];
  /** what `findContradiction` says of `value`; shown at once where it is to blame */
  contradiction?: Contradiction | null;
  /** shows every problem: after an attempt to save */
  isStrict?: boolean;
  /** how each condition comes out on a chosen event */
  outcomes?: readonly ConditionOutcome[];
  /** told when the JSON tab holds a text that is not applied, with the reason, and with null once that is over */
  onDraftProblem?: (problem: string | null) => void;
  isDisabled?: boolean;
};

const none: readonly never[] = [];

/** Builds a filter: sentences of conditions in groups, or JSON, with what it means in plain English under it. */
export function FilterBuilder(props: FilterBuilderProps) {
  const {
    source,
    value,
    onChange,
    suggestions,
    keySuggestions,
    problems = none,
    contradiction = null,
    isStrict = false,
    outcomes = none,
    isDisabled = false,
  } = props;
  const [view, setView] = useState<"builder" | "json">("builder");
  const draft = useJsonDraft({ source, filter: value, onChange, onProblem: props.onDraftProblem });
  const { root, focusNext } = useFocusAfterChange();
  const columns = useMemo(() => new Map(source.columns.map((column) => [column.id, column])), [source]);
  const columnGroups = useColumnGroups(source);

  const change = useCallback<FilterBuilderContext["change"]>(
    (edit, focus) => {
      if (focus) focusNext(focus);
      onChange(edit(value));
    },
    [value, onChange, focusNext],
  );
  const context = useMemo(
    () => ({
      source,
      columns,
      columnGroups,
      suggestions,
      keySuggestions,
      problems,
      contradiction,
      outcomes,
      isStrict,
      isDisabled,
      change,
    }),
    [
      source,
      columns,
      columnGroups,
      suggestions,
      keySuggestions,
      problems,
      contradiction,
      outcomes,
      isStrict,
      isDisabled,
      change,
    ],
  );
  return (
    <BuilderContext value={context}>
      <div ref={root} className="@container flex min-w-0 flex-col gap-3">
        <div className="flex flex-col-reverse items-start gap-x-4 gap-y-2.5 @md:flex-row @md:justify-between">
          <Summary source={source} filter={value} />
          <SegmentedControl
            aria-label="Edit the filter as"
            size="sm"
            options={views}
            value={view}
            onValueChange={setView}
          />
        </div>
        {view === "json" ? (
          <JsonEditor
            source={source}
            filter={value}
            draft={draft}
            problems={placed(problems, contradiction)}
            onImport={onChange}
            isDisabled={isDisabled}
          />
        ) : draft.problems.length > 0 ? (
          <Unapplied onFix={() => setView("json")} onDiscard={draft.discard} />
        ) : (
          <GroupEditor group={value} path={none} />
        )}
      </div>
    </BuilderContext>
  );
}

const views = [
  { value: "builder", label: "Builder" },
  { value: "json", label: "JSON" },
] as const;

/** After a change the row at a path gets the focus; where it is gone, the button that adds to its group. */
function useFocusAfterChange() {
  const root = useRef<HTMLDivElement>(null);
  const wanted = useRef<readonly number[] | null>(null);
  useEffect(() => {
    const path = wanted.current;
    if (path === null) return;
    wanted.current = null;
    const row = path.length === 0 ? null : root.current?.querySelector(`[data-filter-path="${pathId(path)}"]`);
    const target =
      row?.querySelector<HTMLElement>("button, input") ??
      root.current?.querySelector<HTMLElement>(`[data-filter-add="${pathId(path)}"]`);
    target?.focus();
  });
  const focusNext = useCallback((path: readonly number[]) => {
    wanted.current = path;
  }, []);
  return { root, focusNext };
}

function Summary({ source, filter }: { source: FilterSource; filter: Filter }) {
  const text = describeFilter(source, filter);
  const isEmpty = filter.children.length === 0;
  return (
    <p aria-live="polite" className="min-w-0 pt-0.5 text-sm text-pretty text-muted">
      Matches {isEmpty ? "" : `${source.noun.many} where `}
      <span className="break-words text-foreground">{text}</span>.
    </p>
  );
}

function Unapplied({ onFix, onDiscard }: { onFix: () => void; onDiscard: () => void }) {
  return (
    <Banner
      tone="warning"
      title="The JSON has a mistake"
      action={
        <span className="flex gap-1.5">
          <Button size="sm" onClick={onFix}>
            Mend it
          </Button>
          <Button size="sm" variant="ghost" onClick={onDiscard}>
            Discard
          </Button>
        </span>
      }
    >
      It is not applied to the filter.
    </Banner>
  );
}

function placed(problems: readonly FilterProblem[], contradiction: Contradiction | null): string[] {
  const never = contradiction ? [{ path: contradiction.path, message: contradiction.reason }] : [];
  return [...problems, ...never].map(
    ({ path, message }) =>
      `${path.map((index) => `children[${index}]`).join(".")}${path.length > 0 ? ": " : ""}${message}`,
  );
}
