"use client";

import type { FilterableSource } from "@/domain/filter/check-filter";
import { formatFilterJson, parseFilterJson, type FilterTextProblem } from "@/domain/filter/filter-json";
import type { Filter } from "@/domain/filter/schema";

/** A typed text in the JSON tab: its layout differs from the generated JSON, or it is not valid yet. */
export type JsonTextDraft = {
  text: string;
  format: "filter" | "langfuse";
  problems: readonly FilterTextProblem[];
  /** the filter that the text means, as generated JSON; null while the text is invalid */
  meaning: string | null;
};

export type JsonTabText = {
  text: string;
  problems: readonly FilterTextProblem[];
  /** whether the text is in Langfuse's format; if it has no problems, the builder has converted its filter */
  isForeign: boolean;
  edit: (text: string) => void;
  /** replaces the text by the generated JSON of the current filter */
  discard: () => void;
};

type Options = {
  source: FilterableSource;
  filter: Filter;
  onChange: (filter: Filter) => void;
  draft: JsonTextDraft | null;
  onDraft: (draft: JsonTextDraft | null) => void;
};

/**
 * Returns the text of the JSON tab. A typed text keeps its layout while it means the same as the filter. A text with
 * problems stays until the person corrects it.
 */
export function makeJsonTabText({ source, filter, onChange, draft, onDraft }: Options): JsonTabText {
  const written = formatFilterJson(filter);
  const isOwn = draft !== null && (draft.meaning === null || draft.meaning === written);

  const edit = (text: string) => {
    const { filter: next, format, problems } = parseFilterJson(text, source);
    onDraft({ text, format, problems: problems ?? [], meaning: next && formatFilterJson(next) });
    if (next) onChange(next);
  };
  const discard = () => onDraft(null);
  return isOwn
    ? { text: draft.text, problems: draft.problems, isForeign: draft.format === "langfuse", edit, discard }
    : { text: written, problems: [], isForeign: false, edit, discard };
}
