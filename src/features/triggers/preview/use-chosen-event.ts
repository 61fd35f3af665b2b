"use client";

import { useMemo, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ComboboxGroup } from "@/components/ui/combobox-control";
import type { EventSource } from "@/domain/event-source/event-source";
import { makeEventOption } from "@/features/shared/event-option";
import { useTRPC } from "@/lib/trpc/client";
import { useHydrated } from "@/lib/use-hydrated";
import { useDebounced } from "@/lib/use-debounced";
import { parseEventPayload } from "./parse-event-payload";

const SAMPLE = "\u0000sample";
const SEARCH_PAUSE_MS = 300;
const SHOWN_MAX = 20;

export type ChosenEventControl = {
  /**
   * the events that the person can choose: the sample event, and the events that match the search. Without a search
   * these are the latest events
   */
  groups: ComboboxGroup[];
  value: string;
  choose: (value: string) => void;
  search: (text: string) => void;
  /** the source id of the chosen stored event; null for the sample event, and while none is loaded */
  observationId: string | null;
  isSample: boolean;
  /** the event's payload, parsed by the schema of its event source; null while it loads */
  payload: unknown;
  error: string | null;
};

type Item = ReturnType<typeof makeEventOption>;

/** The stored event that is chosen when the form opens. */
export type InitiallyChosenEvent = { id: string; name: string | null; eventSource: string };

/**
 * Holds the event on which the form tries its filter. At first this is `first`. If `first` is null, or the form's event
 * source changes, it is the latest stored event, or the sample event if none is stored or the list fails. A person can
 * choose another event.
 */
export function useChosenEvent(
  projectId: string,
  source: EventSource,
  first: InitiallyChosenEvent | null,
): ChosenEventControl {
  const trpc = useTRPC();
  const isHydrated = useHydrated();
  const [now] = useState(() => new Date());
  const [picked, setPicked] = useState<{ source: string; item: Item } | null>(
    () =>
      first && {
        source: first.eventSource,
        item: { value: first.id, label: first.name ?? first.id, hint: "", keywords: first.id },
      },
  );
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), SEARCH_PAUSE_MS);
  const list = useQuery({
    ...trpc.observation.list.queryOptions({
      projectId,
      eventSource: source.name,
      limit: SHOWN_MAX,
      ...(search ? { search } : {}),
    }),
    placeholderData: keepPreviousData,
  });
  const items = useMemo(
    () =>
      (list.data?.items ?? [])
        .filter((row) => row.eventSource === source.name)
        .map((row) => makeEventOption(source, row, now.getTime())),
    [list.data, source, now],
  );
  // The latest event is chosen once. It stays chosen when newer events arrive.
  if (picked?.source !== source.name && items[0] && search === "") setPicked({ source: source.name, item: items[0] });
  const item = picked?.source === source.name ? picked.item : null;
  const isSample = item ? item.value === SAMPLE : !list.isPending && !list.isPlaceholderData;
  const observationId = item && !isSample ? item.value : null;
  const stored = useQuery(
    trpc.observation.get.queryOptions(
      { projectId, observationId: observationId ?? "", eventSource: source.name },
      { enabled: observationId !== null },
    ),
  );

  const state = stored.data?.state ?? null;
  const payload = useMemo(() => {
    if (isSample) return isHydrated ? (source.sample(now) as unknown) : null;
    return state === null ? null : parseEventPayload(source, state, now);
  }, [isSample, isHydrated, source, now, state]);

  const error = stored.error?.message ?? null;
  // `useMemo` returns the same object while the person edits the filter, so that the preview does not render again.
  return useMemo(() => {
    const sample: Item = { value: SAMPLE, label: `A sample ${source.noun.one}`, hint: "", keywords: "" };
    const others = item && !isSample && !items.some(({ value }) => value === item.value) ? [item] : [];
    const found = [...others, ...items];
    return {
      groups: [
        { label: search ? "Found" : "Latest", items: found },
        { label: "Made up", items: [sample] },
      ],
      value: item?.value ?? (isSample ? SAMPLE : ""),
      choose: (value) => {
        const next = [sample, ...found].find((each) => each.value === value);
        if (next) setPicked({ source: source.name, item: next });
      },
      search: setText,
      observationId,
      isSample,
      payload,
      error,
    };
  }, [source, item, items, search, isSample, observationId, payload, error]);
}
