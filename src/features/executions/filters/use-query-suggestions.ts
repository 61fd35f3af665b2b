"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { shownExecutionStatusLabels, type ShownExecutionStatus } from "@/features/shared/execution-status-badge";
import { useTRPC } from "@/lib/trpc/client";
import { useDebounced } from "@/lib/use-debounced";
import { toExecutionListInput, type ExecutionParams } from "../search-params";
import type { QuerySuggestionField } from "../types";

/**
 * A suggestion in the search box of executions.
 * @property count the number of executions with this value, among the newest 5,000 that match the other filters
 */
export type QuerySuggestion = { value: string; label: string; hint?: string; count?: number };

const fields: readonly QuerySuggestion[] = [
  { value: "status:", label: "status:", hint: "failed, retrying, paused, delivered …" },
  { value: "code:", label: "code:", hint: "404, 5xx" },
  { value: "error:", label: "error:", hint: "timeout, dns, refused …" },
  { value: "attempts:", label: "attempts:", hint: "3, >2" },
  { value: "trigger:", label: "trigger:", hint: "a name" },
  { value: "action:", label: "action:", hint: "a name" },
  { value: "name:", label: "name:", hint: `of the ${getEventNounForms().one}` },
  { value: "env:", label: "env:", hint: `of the ${getEventNounForms().one}` },
  { value: "trace:", label: "trace:", hint: "a trace id" },
  { value: "since:", label: "since:", hint: "30m, 2h, 7d" },
];
const fixed: Record<string, readonly QuerySuggestion[]> = {
  status: (Object.keys(shownExecutionStatusLabels) as ShownExecutionStatus[]).map((state) => ({
    value: shownExecutionStatusLabels[state].label.toLowerCase(),
    label: shownExecutionStatusLabels[state].label,
  })),
  attempts: [">1", ">2", ">5"].map((value) => ({ value, label: value })),
  since: ["1h", "24h", "7d", "30d"].map((value) => ({ value, label: value })),
};
const asked: Record<string, QuerySuggestionField> = {
  code: "code",
  error: "error",
  trigger: "trigger",
  action: "action",
  name: "name",
  env: "environment",
};
const classes = ["2xx", "3xx", "4xx", "5xx"].map((value) => ({ value, label: value, hint: "class of codes" }));
const PAUSE_MS = 150;

/**
 * Returns suggestions for the last word of the typed search, and a function that inserts a chosen suggestion into the
 * search.
 */
export function useQuerySuggestions(input: {
  projectId: string;
  params: ExecutionParams;
  draft: string;
  isOpen: boolean;
}) {
  const { projectId, params, draft, isOpen } = input;
  const trpc = useTRPC();
  const [, before = "", key, partial = ""] = /^([\s\S]*?)(?:([a-z]+):)?("[^"]*|[^\s":]*)$/i.exec(draft) ?? [];
  const text = partial.replace(/^"/, "");
  const field = key ? asked[key.toLowerCase()] : undefined;
  const { projectId: _projectId, ...filters } = toExecutionListInput(projectId, params);
  const typed = useDebounced(text, PAUSE_MS);
  const { data } = useQuery({
    ...trpc.execution.suggest.queryOptions({ projectId, field: field ?? "code", text: typed, filters }),
    enabled: isOpen && field !== undefined,
    placeholderData: keepPreviousData,
  });
  const words = (list: readonly QuerySuggestion[]) =>
    list.filter(({ label }) => label.toLowerCase().startsWith(text.toLowerCase()));
  const found: readonly QuerySuggestion[] = field
    ? [
        ...(data ?? []).map(({ label, count }) => ({ value: label, label, count })),
        ...(key === "code" ? words(classes) : []),
      ]
    : key
      ? words(fixed[key.toLowerCase()] ?? [])
      : words(fields);
  const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);
  return {
    suggestions: isOpen ? found : [],
    complete: ({ value }: QuerySuggestion): string => (key ? `${before}${key}:${quoted(value)} ` : `${before}${value}`),
  };
}
