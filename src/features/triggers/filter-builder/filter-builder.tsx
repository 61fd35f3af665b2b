"use client";

import { memo, useCallback, useMemo, useRef, useState, type KeyboardEvent } from "react";
import dynamic from "next/dynamic";
import { Redo2, Undo2 } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { FilterProblem, FilterableSource } from "@/domain/filter/check-filter";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import type { Filter } from "@/domain/filter/schema";
import {
  FilterBuilderReactContext,
  FilterFindingsReactContext,
  writeNodePathAttribute,
  type ConditionOutcome,
  type FilterBuilderContext,
  type FilterFindings,
} from "./filter-builder-context";
import { useWasOpened } from "@/lib/use-was-opened";
import { FilterSentence } from "./filter-sentence";
import { GroupEditor } from "./group-editor";
import type { JsonTextDraft } from "./json-tab-text";
import { useColumnGroups } from "./use-column-groups";
import { useFilterHistory } from "./use-filter-history";
import { useFocusAfterChange } from "./use-focus-after-change";

// These two components load when first opened. They contain the reader of Langfuse's filters, and few people open them.
const ImportFilterDialog = dynamic(() => import("./import-filter-dialog").then((module) => module.ImportFilterDialog), {
  ssr: false,
});
const FilterJsonEditor = dynamic(() => import("./filter-json-editor").then((module) => module.FilterJsonEditor), {
  ssr: false,
});

type FilterBuilderProps = {
  /** the columns and nouns of the event source, from `getEventSource` */
  source: FilterableSource;
  value: Filter;
  onChange: (filter: Filter) => void;
  /** returns values of a column (or of a key in it) from stored events; called when a field gets the focus */
  suggestions?: FilterBuilderContext["suggestions"];
  /** returns keys of an object column from stored events */
  keySuggestions?: FilterBuilderContext["keySuggestions"];
  /** the ids of the columns that other filters use, the most used first; the choice of columns begins with them */
  columnsInUse?: readonly string[];
  /** the problems that `checkFilter` finds in `value`; a row shows its problem after the person has left the row */
  problems?: readonly FilterProblem[];
  /** the contradiction that `findFilterContradiction` finds in `value`; its row shows it at once */
  contradiction?: FilterContradiction | null;
  /** whether to show all problems at once, because the person has tried to save */
  isStrict?: boolean;
  /** the result of each condition on the event that the person chose to try the filter on */
  outcomes?: readonly ConditionOutcome[];
  /** returns the share of the newest stored events that a condition prevents from matching, 0 to 1 */
  stoppedShare?: FilterFindings["stoppedShare"];
  /** called with the reason why the text in the JSON tab cannot become the filter; null if the text is valid */
  onDraftProblem?: (problem: string | null) => void;
  isDisabled?: boolean;
};

const none: readonly never[] = [];
const unknownShare = () => undefined;

/** The editor of a filter: rows of conditions and groups, or a tab with JSON. A sentence above describes the filter. */
export function FilterBuilder(props: FilterBuilderProps) {
  const { source, value, onChange, problems = none, contradiction = null, isDisabled = false } = props;
  const [view, setView] = useState<View>("builder");
  const [isPasting, setIsPasting] = useState(false);
  const history = useFilterHistory(value, onChange);
  const { root, focusNext } = useFocusAfterChange();
  const { draft, setDraft, discard } = useDraft(props.onDraftProblem);
  const { change } = history;
  const wasPasting = useWasOpened(isPasting);
  const paste = useCallback(() => setIsPasting(true), []);
  const closePaste = useCallback(() => setIsPasting(false), []);
  const importFilter = useCallback(
    (next: Filter) => {
      discard();
      change(() => next);
    },
    [discard, change],
  );
  const builder = useBuilderContext(props, { change: history.change, focusNext, paste });
  const findings = useFindingsOf(props);
  return (
    <FilterBuilderReactContext value={builder}>
      <FilterFindingsReactContext value={findings}>
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the keys of undo of its fields */}
        <div
          ref={root}
          onKeyDown={(event) => view === "builder" && onUndoKeys(event, history)}
          className="@container flex min-w-0 flex-col gap-3"
        >
          <div className="flex flex-col-reverse items-start gap-x-4 gap-y-2.5 @md:flex-row @md:justify-between">
            <FilterSentence source={source} filter={value} />
            <div className="flex items-center gap-1">
              {!isDisabled && (
                <UndoButtons
                  undo={history.undo}
                  redo={history.redo}
                  canUndo={history.canUndo}
                  canRedo={history.canRedo}
                />
              )}
              <ViewChoice value={view} onChange={setView} />
            </div>
          </div>
          {view === "json" ? (
            <FilterJsonEditor
              source={source}
              filter={value}
              onChange={(next) => change(() => next, "json")}
              draft={draft}
              onDraft={setDraft}
              problems={placed(problems, contradiction)}
              onPaste={paste}
              isDisabled={isDisabled}
            />
          ) : draft?.meaning === null ? (
            <Unapplied onFix={() => setView("json")} onDiscard={discard} />
          ) : (
            <GroupEditor group={value} path={none} />
          )}
          {wasPasting && (
            <ImportFilterDialog source={source} open={isPasting} onClose={closePaste} onImport={importFilter} />
          )}
        </div>
      </FilterFindingsReactContext>
    </FilterBuilderReactContext>
  );
}

/** Holds the typed text of the JSON tab, which stays while the other tab is open. */
function useDraft(onProblem: FilterBuilderProps["onDraftProblem"]) {
  const [draft, setOwn] = useState<JsonTextDraft | null>(null);
  const setDraft = useCallback(
    (next: JsonTextDraft | null) => {
      setOwn(next);
      onProblem?.(next?.problems[0]?.message ?? null);
    },
    [onProblem],
  );
  const discard = useCallback(() => setDraft(null), [setDraft]);
  return { draft, setDraft, discard };
}

type History = ReturnType<typeof useFilterHistory>;

/** Returns the builder's context value, which stays the same object while a person types. */
function useBuilderContext(
  { source, suggestions, keySuggestions, columnsInUse = none, isDisabled = false }: FilterBuilderProps,
  {
    change,
    focusNext,
    paste,
  }: { change: History["change"]; focusNext: (path: readonly number[]) => void; paste: () => void },
): FilterBuilderContext {
  const columns = useMemo(() => new Map(source.columns.map((column) => [column.id, column])), [source]);
  const columnGroups = useColumnGroups(source, columnsInUse);
  const draggedRef = useRef<readonly number[] | null>(null);
  return useMemo(
    () => ({
      source,
      columns,
      columnGroups,
      suggestions,
      keySuggestions,
      isDisabled,
      draggedRef,
      paste,
      change: (edit, then) => {
        change(edit, then?.typedIn);
        // The edit itself may set `then.focus`, so it is read afterwards.
        if (then?.focus) focusNext(then.focus);
      },
    }),
    [source, columns, columnGroups, suggestions, keySuggestions, isDisabled, paste, change, focusNext],
  );
}

function useFindingsOf(props: FilterBuilderProps): FilterFindings {
  const { problems = none, contradiction = null, outcomes = none, isStrict = false } = props;
  const { stoppedShare = unknownShare } = props;
  return useMemo(
    () => ({
      problems,
      contradiction,
      outcomes: new Map(outcomes.map((outcome) => [writeNodePathAttribute(outcome.path), outcome])),
      stoppedShare,
      isStrict,
    }),
    [problems, contradiction, outcomes, stoppedShare, isStrict],
  );
}

function onUndoKeys(event: KeyboardEvent, { undo, redo }: History) {
  if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (event.shiftKey) redo();
  else undo();
}

type UndoProps = Pick<History, "undo" | "redo" | "canUndo" | "canRedo">;

const UndoButtons = memo(function UndoButtons({ undo, redo, canUndo, canRedo }: UndoProps) {
  return (
    <>
      <IconButton size="sm" label="Undo" onClick={undo} disabled={!canUndo}>
        <Undo2 aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Redo" onClick={redo} disabled={!canRedo}>
        <Redo2 aria-hidden />
      </IconButton>
    </>
  );
});

type View = "builder" | "json";

const views = [
  { value: "builder", label: "Builder" },
  { value: "json", label: "JSON" },
] as const;

const ViewChoice = memo(function ViewChoice({ value, onChange }: { value: View; onChange: (view: View) => void }) {
  return (
    <SegmentedControl
      aria-label="Edit the filter as"
      size="sm"
      options={views}
      value={value}
      onValueChange={onChange}
    />
  );
});

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

function placed(problems: readonly FilterProblem[], contradiction: FilterContradiction | null): string[] {
  const never = contradiction ? [{ path: contradiction.path, message: contradiction.reason }] : [];
  return [...problems, ...never].map(
    ({ path, message }) =>
      `${path.map((index) => `children[${index}]`).join(".")}${path.length > 0 ? ": " : ""}${message}`,
  );
}
