"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import { useTRPCClient } from "@/lib/trpc/client";
import type { Preview } from "../types";
import { useDebounced } from "@/lib/use-debounced";

/** A pause in typing after which the question is asked. */
const PAUSE_MS = 300;
/** How often the answer is looked up again while nothing is changed; the larger samples take the server too long for that. */
const REFRESH_MS = 15_000;

/** How many of the latest are looked at. */
export const sampleSizes = [500, 2_000, 10_000] as const;
export type SampleSize = (typeof sampleSizes)[number];

export type PreviewQuestion = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  /** sampling depends on it: `new` for one that is not saved */
  triggerId: string;
  limit: SampleSize;
  /** the one to look at condition by condition */
  observationId?: string | undefined;
};

export type LivePreview = {
  /** the latest answer, kept while the next is on its way; undefined before the first */
  data: Preview | undefined;
  /** the answer is to a question that has changed since */
  isStale: boolean;
  error: string | null;
};

/**
 * What a trigger would do with what has arrived, while it is edited. A question that has been replaced is aborted.
 * @param question null while it cannot be asked, as the filter is not complete
 */
export function usePreview(projectId: string, question: PreviewQuestion | null): LivePreview {
  const client = useTRPCClient();
  const text = question && JSON.stringify(question);
  const asked = useDebounced(text, PAUSE_MS);
  // A key of its own, and not the router's: a live channel that says "executions" every second must not ask it anew each time.
  const query = useQuery({
    queryKey: ["trigger preview", projectId, asked],
    queryFn: ({ signal }) =>
      client.trigger.preview.query({ projectId, ...(JSON.parse(asked ?? "") as PreviewQuestion) }, { signal }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    refetchInterval: question?.limit === sampleSizes[0] ? REFRESH_MS : false,
  });
  return { data: query.data, isStale: text !== asked || query.isPlaceholderData, error: query.error?.message ?? null };
}
