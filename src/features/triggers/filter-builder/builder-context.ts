"use client";

import { createContext, use } from "react";
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
  /** whether its place in the filter wants it to hold */
  expected: boolean;
  reason: string;
};

export type FilterBuilderContext = {
  source: FilterSource;
  columns: ReadonlyMap<string, FilterColumn>;
  columnGroups: readonly ComboboxGroup[];
  suggestions: ((columnId: string, key?: string) => Promise<string[]>) | undefined;
  keySuggestions: ((columnId: string) => Promise<string[]>) | undefined;
  problems: readonly FilterProblem[];
  /** why the filter can never match, shown where it is to blame */
  contradiction: Contradiction | null;
  outcomes: readonly ConditionOutcome[];
  /** shows problems of rows that were not left yet */
  isStrict: boolean;
  isDisabled: boolean;
  /** changes the filter; then the row at `focus` gets the focus */
  change(edit: (filter: Filter) => Filter, focus?: readonly number[]): void;
};

export const BuilderContext = createContext<FilterBuilderContext | null>(null);

export function useBuilder(): FilterBuilderContext {
  const builder = use(BuilderContext);
  if (!builder) throw new Error("This belongs inside a FilterBuilder.");
  return builder;
}

/** A path as an attribute, to find a row by. The root is the empty text. */
export function pathId(path: readonly number[]): string {
  return path.join(".");
}

/** The problems of exactly this node. */
export function problemsAt(problems: readonly FilterProblem[], path: readonly number[]): FilterProblem[] {
  return problems.filter((problem) => pathId(problem.path) === pathId(path));
}

/** Why the filter can never match, where exactly this node is to blame. */
export function contradictionAt(contradiction: Contradiction | null, path: readonly number[]): string | null {
  return contradiction && pathId(contradiction.path) === pathId(path) ? contradiction.reason : null;
}
