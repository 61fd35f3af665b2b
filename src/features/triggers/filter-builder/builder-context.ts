"use client";

import { createContext, use } from "react";
import type { FilterProblem, FilterSource } from "@/domain/filter/check";
import type { Filter } from "@/domain/filter/schema";
import type { ComboboxGroup } from "@/components/ui/combobox";
import type { FilterColumn } from "./edit";

/** How one condition came out on the event that the filter is tried on. */
export type ConditionOutcome = { path: number[]; passed: boolean; reason: string };

export type FilterBuilderContext = {
  source: FilterSource;
  columns: ReadonlyMap<string, FilterColumn>;
  columnGroups: readonly ComboboxGroup[];
  suggestions: ((columnId: string, key?: string) => Promise<string[]>) | undefined;
  keySuggestions: ((columnId: string) => Promise<string[]>) | undefined;
  problems: readonly FilterProblem[];
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
