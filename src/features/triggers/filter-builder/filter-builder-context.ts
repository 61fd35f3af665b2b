"use client";

import { createContext, use, type RefObject } from "react";
import type { FilterProblem, FilterableSource } from "@/domain/filter/check-filter";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import type { ComboboxGroup } from "@/components/ui/combobox-control";
import type { FilterBuilderColumn } from "./edit-filter";

/** The result of one condition on the chosen event, with a copy of the condition for which it was computed. */
export type ConditionOutcome = Pick<FilterCondition, "column"> & {
  path: readonly number[];
  key?: string | undefined;
  operator: string;
  value?: unknown;
  passed: boolean;
  /** whether the filter needs the condition to hold; false inside a `none of` group */
  expected: boolean;
  reason: string;
};

/**
 * Applies an edit to the filter. `focus` is the path of the row that then gets the focus. Undo takes back successive
 * keystrokes in the same `typedIn` as one step.
 */
type ChangeFilter = (edit: (filter: Filter) => Filter, then?: { focus?: readonly number[]; typedIn?: string }) => void;

/**
 * Values of the filter builder that do not change while a person types. They are in a context of their own, so that a
 * keystroke renders only one row.
 */
export type FilterBuilderContext = {
  source: FilterableSource;
  columns: ReadonlyMap<string, FilterBuilderColumn>;
  columnGroups: readonly ComboboxGroup[];
  suggestions: ((columnId: string, key?: string) => Promise<string[]>) | undefined;
  keySuggestions: ((columnId: string) => Promise<string[]>) | undefined;
  isDisabled: boolean;
  change: ChangeFilter;
  /** opens the dialog that imports a filter from JSON */
  paste: () => void;
  /** the path of the node that is being dragged; null while nothing is dragged */
  draggedRef: RefObject<readonly number[] | null>;
};

/**
 * Problems, contradictions and results of all conditions. Groups read them from a context, and pass to each row only
 * its own.
 */
export type FilterFindings = {
  problems: readonly FilterProblem[];
  /** why the filter can never match, shown at the conditions in question; null if it can */
  contradiction: FilterContradiction | null;
  outcomes: ReadonlyMap<string, ConditionOutcome>;
  /**
   * returns the share of the newest stored events that a condition prevents from matching, 0 to 1; undefined while
   * unknown
   */
  stoppedShare: (condition: FilterCondition) => number | undefined;
  /** whether to show problems of rows that the person has not left yet */
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

/**
 * Converts a node's path into the value of a data attribute, by which the row's element is found. The root's value is
 * the empty text.
 */
export function writeNodePathAttribute(path: readonly number[]): string {
  return path.join(".");
}

/** Converts the value of a data attribute back into a path; the reverse of `writeNodePathAttribute`. */
export function parseNodePathAttribute(id: string): number[] {
  return id === "" ? [] : id.split(".").map(Number);
}
