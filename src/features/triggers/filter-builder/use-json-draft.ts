"use client";

import { useCallback, useState } from "react";
import type { FilterSource } from "@/domain/filter/check";
import { formatFilterJson, parseFilterJson, type FilterTextProblem } from "@/domain/filter/json";
import type { Filter } from "@/domain/filter/schema";

type Draft = {
  text: string;
  format: "filter" | "langfuse";
  problems: readonly FilterTextProblem[];
  /** the filter in the text, as normalized JSON; null while the text is invalid */
  meaning: string | null;
};

export type JsonDraft = {
  text: string;
  problems: readonly FilterTextProblem[];
  /** whether the text has Langfuse's form; without problems the builder has imported its filter */
  isForeign: boolean;
  edit: (text: string) => void;
  /** replaces the text by the current filter in this program's form */
  discard: () => void;
};

type Options = {
  source: FilterSource;
  filter: Filter;
  onChange: (filter: Filter) => void;
  onProblem: ((problem: string | null) => void) | undefined;
};

/**
 * Keeps the text of the JSON tab. The text keeps its layout while it means the same as the filter. A text with problems
 * stays until a person corrects it.
 */
export function useJsonDraft({ source, filter, onChange, onProblem }: Options): JsonDraft {
  const [draft, setDraft] = useState<Draft | null>(null);
  const written = formatFilterJson(filter);
  const isOwn = draft !== null && (draft.meaning === null || draft.meaning === written);

  const edit = (text: string) => {
    const { filter: next, format, problems } = parseFilterJson(text, source);
    setDraft({ text, format, problems: problems ?? [], meaning: next && formatFilterJson(next) });
    onProblem?.(problems?.[0]?.message ?? null);
    if (next) onChange(next);
  };
  const discard = useCallback(() => {
    setDraft(null);
    onProblem?.(null);
  }, [onProblem]);
  return isOwn
    ? { text: draft.text, problems: draft.problems, isForeign: draft.format === "langfuse", edit, discard }
    : { text: written, problems: [], isForeign: false, edit, discard };
}
