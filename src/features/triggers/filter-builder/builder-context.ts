"use client";

import { createContext, use, type RefObject } from "react";
import type { FilterProblem, FilterSource } from "@/domain/filter/check";
import type { Contradiction } from "@/domain/filter/contradiction";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import type { ComboboxGroup } from "@/components/ui/combobox";
import type { FilterColumn } from "./edit";

/** How one condition came out on the event that the filter is tried on. */
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

/** Changes a filter. `focus` names the row that gets the focus, `typedIn` the row whose keystrokes are one step. */
type ChangeFilter = (edit: (filter: Filter) => Filter, then?: { focus?: readonly number[]; typedIn?: string }) => void;

/** What stays the same while somebody types, so that a keystroke renders one row. */
export type FilterBuilderContext = {
  source: FilterSource;
  columns: ReadonlyMap<string, FilterColumn>;
  columnGroups: readonly ComboboxGroup[];
  suggestions: ((columnId: string, key?: string) => Promise<string[]>) | undefined;
  keySuggestions: ((columnId: string) => Promise<string[]>) | undefined;
  isDisabled: boolean;
  change: ChangeFilter;
  /** opens the field that takes a filter as JSON */
  paste: () => void;
  /** the node that is being dragged */
  draggedRef: RefObject<readonly number[] | null>;
};

/** What is known about the conditions. Groups read it, and give each row its own part. */
export type FilterFindings = {
  problems: readonly FilterProblem[];
  /** why the filter can never match, shown where it is to blame */
  contradiction: Contradiction | null;
  outcomes: ReadonlyMap<string, ConditionOutcome>;
  /** the share of observations that a condition keeps from a match, 0 to 1; undefined where it is not known */
  stoppedShare: (condition: FilterCondition) => number | undefined;
  /** shows problems of rows that were not left yet */
  isStrict: boolean;
};

export const BuilderContext = createContext<FilterBuilderContext | null>(null);
export const FindingsContext = createContext<FilterFindings | null>(null);

export function useBuilder(): FilterBuilderContext {
  const builder = use(BuilderContext);
  if (!builder) throw new Error("This belongs inside a FilterBuilder.");
  return builder;
}

export function useFindings(): FilterFindings {
  const findings = use(FindingsContext);
  if (!findings) throw new Error("This belongs inside a FilterBuilder.");
  return findings;
}

/** A path as an attribute, to find a row by. The root is the empty text. */
export function pathId(path: readonly number[]): string {
  return path.join(".");
}

/** The path that `pathId` wrote. */
export function pathOf(id: string): number[] {
  return id === "" ? [] : id.split(".").map(Number);
}
