"use client";

import { createContext, use, type RefObject } from "react";
import type { FilterProblem, FilterableSource } from "@/domain/filter/check-filter";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import type { ComboboxGroup } from "@/components/ui/combobox-control";
import type { FilterBuilderColumn } from "./edit-filter";

/** The result of one condition on the chosen event. */
export type ConditionOutcome = Pick<FilterCondition, "column"> & {
  path: readonly number[];
  key?: string | undefined;
  operator: string;
  value?: unknown;
  passed: boolean;
  /** whether the condition should hold: false inside a `none of` group */
  expected: boolean;
  reason: string;
};

/**
 * Changes a filter. `focus` names the row that gets the focus. Keystrokes in the row `typedIn` count as one step of
 * undo.
 */
type ChangeFilter = (edit: (filter: Filter) => Filter, then?: { focus?: readonly number[]; typedIn?: string }) => void;

/** The parts of the builder that stay equal during typing, so that a keystroke renders only one row. */
export type FilterBuilderContext = {
  source: FilterableSource;
  columns: ReadonlyMap<string, FilterBuilderColumn>;
  columnGroups: readonly ComboboxGroup[];
  suggestions: ((columnId: string, key?: string) => Promise<string[]>) | undefined;
  keySuggestions: ((columnId: string) => Promise<string[]>) | undefined;
  isDisabled: boolean;
  change: ChangeFilter;
  /** opens the dialog that reads a filter from JSON */
  paste: () => void;
  /** the path of the dragged node */
  draggedRef: RefObject<readonly number[] | null>;
};

/** Findings about conditions. Groups read them, and give each row its own part. */
export type FilterFindings = {
  problems: readonly FilterProblem[];
  /** the reason why the filter can never match, shown at its conditions */
  contradiction: FilterContradiction | null;
  outcomes: ReadonlyMap<string, ConditionOutcome>;
  /** the share of subjects that a condition stops, 0 to 1; undefined while unknown */
  stoppedShare: (condition: FilterCondition) => number | undefined;
  /** whether to show problems even of rows that a person has not left yet */
  isStrict: boolean;
};

export const FilterBuilderReactContext = createContext<FilterBuilderContext | null>(null);
export const FilterFindingsReactContext = createContext<FilterFindings | null>(null);

export function useFilterBuilder(): FilterBuilderContext {
  const builder = use(FilterBuilderReactContext);
  if (!builder) throw new Error("This belongs inside a FilterBuilder.");
  return builder;
}

export function useFilterFindings(): FilterFindings {
  const findings = use(FilterFindingsReactContext);
  if (!findings) throw new Error("This belongs inside a FilterBuilder.");
  return findings;
}

/** Makes an attribute from a path, by which a row can be found. The attribute of the root is the empty text. */
export function pathToAttribute(path: readonly number[]): string {
  return path.join(".");
}

/** Returns the path from an attribute that `pathToAttribute` made. */
export function pathFromAttribute(id: string): number[] {
  return id === "" ? [] : id.split(".").map(Number);
}
