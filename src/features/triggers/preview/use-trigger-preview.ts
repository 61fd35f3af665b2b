"use client";

import { useMemo } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import { useTRPCClient } from "@/lib/trpc/client";
import type { TriggerPreview } from "../types";
import { useDebounced } from "@/lib/use-debounced";

/** The pause in typing after which the query runs, ms. */
const PAUSE_MS = 300;
/** How often a preview is repeated without a change, ms. Only the smallest sample is quick enough for that. */
const REFRESH_MS = 15_000;

/** The numbers of newest subjects that a preview may evaluate. */
export const previewSampleSizes = [500, 2_000, 10_000] as const;
export type PreviewSampleSize = (typeof previewSampleSizes)[number];

export type TriggerPreviewInput = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  /** the id that sampling hashes; an unsaved trigger has `new` */
  triggerId: string;
  limit: PreviewSampleSize;
  /** the subject whose conditions are shown one by one */
  observationId?: string | undefined;
};

export type TriggerPreviewState = {
  /** the latest answer, kept while the next one loads; undefined before the first answer */
  data: TriggerPreview | undefined;
  /** whether the answer belongs to an earlier question */
  isStale: boolean;
  error: string | null;
};

/**
 * Previews an edited trigger on received events. A new question aborts the earlier one.
 * @param question null while the filter is incomplete
 */
export function useTriggerPreview(projectId: string, question: TriggerPreviewInput | null): TriggerPreviewState {
  const client = useTRPCClient();
  const text = question && JSON.stringify(question);
  const asked = useDebounced(text, PAUSE_MS);
  // The query has its own key. Under the router's key, each live message "executions" would repeat the preview.
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
