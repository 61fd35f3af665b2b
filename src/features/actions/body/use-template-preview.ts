"use client";

import { useMemo, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ComboboxGroup } from "@/components/ui/combobox-control";
import type { EventSource } from "@/domain/event-source/event-source";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { makeEventOption } from "@/features/shared/event-option";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { useDebounced } from "@/lib/use-debounced";
import type { WebhookFormValues } from "../types";

const LATEST = "\u0000latest";
const SAMPLE = "\u0000sample";
const TYPING_PAUSE_MS = 400;
const SHOWN_MAX = 20;

export type TemplatePreviewState = {
  /** the events that the person can choose for the preview */
  groups: ComboboxGroup[];
  chosen: string;
  choose: (value: string) => void;
  search: (text: string) => void;
  body: string | null;
  bytes: number;
  problem: { line: number; reason: string } | null;
  /** whether `body` belongs to an earlier template or event */
  isStale: boolean;
  isPending: boolean;
  error: string | null;
};

type TemplatePreviewInput = {
  source: EventSource;
  template: string;
  detail: WebhookFormValues["configuration"]["detail"];
  isEnabled: boolean;
};

/** Asks the server for the body that a template produces for the chosen event, 0.4 s after the last keystroke. */
export function useTemplatePreview(
  projectId: string,
  { source, template, detail, isEnabled }: TemplatePreviewInput,
): TemplatePreviewState {
  const eventSource = source.name;
  const noun = useMemo(() => getEventNounForms(eventSource), [eventSource]);
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [now] = useState(() => Date.now());
  const [pick, setPick] = useState<{ eventSource: string; value: string; label: string } | null>(null);
  // The choice holds as long as the form shows the same event source.
  const picked = pick?.eventSource === eventSource ? pick : null;
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), TYPING_PAUSE_MS);
  const list = useQuery({
    ...trpc.observation.list.queryOptions(
      { projectId, eventSource, limit: SHOWN_MAX, ...(search ? { search } : {}) },
      { enabled: isEnabled },
    ),
    placeholderData: keepPreviousData,
  });
  const chosen = picked?.value ?? LATEST;
  const settled = useDebounced(template, TYPING_PAUSE_MS);
  const observationId = chosen === LATEST ? undefined : chosen === SAMPLE ? null : chosen;
  const preview = useQuery({
    queryKey: ["template-preview", projectId, eventSource, settled, detail, chosen],
    queryFn: () =>
      client.action.previewTemplate.mutate({ projectId, eventSource, template: settled, detail, observationId }),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
  });
  const groups = useMemo(() => {
    const items = (list.data?.items ?? []).map((row) => makeEventOption(source, row, now));
    const others =
      picked && picked.value !== LATEST && picked.value !== SAMPLE && !items.some(({ value }) => value === picked.value)
        ? [picked]
        : [];
    return [
      {
        label: "Any",
        items: [
          { value: LATEST, label: `The latest ${noun.one}` },
          { value: SAMPLE, label: `A sample ${noun.one}` },
        ],
      },
      { label: search ? "Found" : "Latest", items: [...others, ...items] },
    ];
  }, [list.data, noun, now, picked, search, source]);
  return {
    groups,
    chosen,
    choose: (value) => {
      const item = groups.flatMap(({ items }) => items).find((one) => one.value === value);
      setPick(item ? { eventSource, value, label: item.label } : null);
    },
    search: setText,
    body: preview.data?.body ?? null,
    bytes: preview.data?.bytes ?? 0,
    // While `body` is stale, the line number belongs to an earlier template, so the problem is hidden.
    problem: settled === template && !preview.isPlaceholderData ? (preview.data?.problem ?? null) : null,
    isStale: settled !== template || preview.isPlaceholderData,
    isPending: preview.isPending,
    error: preview.error?.message ?? null,
  };
}
