"use client";

import { useState } from "react";
import type { Filter } from "@/domain/filter/schema";
import { filterFromJson, filterToJson } from "./filter-json";

type Draft = { text: string; problems: readonly string[]; /** what the text says, as it is written out; null while it cannot be read */ meaning: string | null };

type JsonDraft = { text: string; problems: readonly string[]; edit: (text: string) => void; discard: () => void };

/** The text of the JSON tab. It keeps its layout while it says what the filter says, and its mistakes until they are mended. */
export function useJsonDraft(filter: Filter, onChange: (filter: Filter) => void, onProblem: ((problem: string | null) => void) | undefined): JsonDraft {
  const [draft, setDraft] = useState<Draft | null>(null);
  const written = filterToJson(filter);
  const isOwn = draft !== null && (draft.meaning === null || draft.meaning === written);

  const edit = (text: string) => {
    const { filter: next, problems } = filterFromJson(text);
    setDraft({ text, problems: problems ?? [], meaning: next && filterToJson(next) });
    onProblem?.(problems?.[0] ?? null);
    if (next) onChange(next);
  };
  const discard = () => {
    setDraft(null);
    onProblem?.(null);
  };
  return { text: isOwn ? draft.text : written, problems: isOwn ? draft.problems : [], edit, discard };
}
