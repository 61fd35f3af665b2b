"use client";

import { useMemo } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import { useTRPCClient } from "@/lib/trpc/client";
import type { TriggerPreview } from "../types";
import { useDebounced } from "@/lib/use-debounced";

/** How long after the last edit the preview query runs, in ms. */
const PAUSE_MS = 300;
/**
 * How often the preview is loaded again without an edit, in ms. This happens only for the smallest sample, which is
 * quick enough.
 */
const REFRESH_MS = 15_000;

/** On how many of the newest stored events a preview can evaluate the filter. */
export const previewSampleSizes = [500, 2_000, 10_000] as const;
export type PreviewSampleSize = (typeof previewSampleSizes)[number];

export type TriggerPreviewInput = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  /** the trigger id, which the sampling hash includes; `new` for an unsaved trigger */
  triggerId: string;
  limit: PreviewSampleSize;
  /** the source id of the event for which the answer contains the result of each condition */
  observationId?: string | undefined;
};

export type TriggerPreviewState = {
  /** the latest preview, kept while the next preview loads; undefined before the first preview */
  data: TriggerPreview | undefined;
  /** whether `data` answers an earlier version of the edited trigger */
  isStale: boolean;
  error: string | null;
};

/**
 * Asks the server what an edited trigger would do with stored events. A new question aborts the query of the previous
 * one.
 * @param question the edited trigger; null while its filter is incomplete
 */
export function useTriggerPreview(projectId: string, question: TriggerPreviewInput | null): TriggerPreviewState {
  const client = useTRPCClient();
  const text = question && JSON.stringify(question);
  const asked = useDebounced(text, PAUSE_MS);
  // The query does not use tRPC's key. With that key, every live message about executions would load the preview again.
  const query = useQuery({
    queryKey: ["trigger preview", projectId, asked],
    queryFn: ({ signal }) =>
      client.trigger.preview.query({ projectId, ...(JSON.parse(asked ?? "") as TriggerPreviewInput) }, { signal }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    refetchInterval: question?.limit === previewSampleSizes[0] ? REFRESH_MS : false,
  });
  const { data } = query;
  const isStale = text !== asked || query.isPlaceholderData;
  const error = query.error?.message ?? null;
  return useMemo(() => ({ data, isStale, error }), [data, isStale, error]);
}
