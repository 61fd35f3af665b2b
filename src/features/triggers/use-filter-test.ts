"use client";

import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import type { EventSource } from "@/domain/event-source/event-source";
import { checkFilter } from "@/domain/filter/check";
import { compileFilter, type FilterResult } from "@/domain/filter/evaluate";
import type { Filter } from "@/domain/filter/schema";
import { useHydrated } from "@/lib/use-hydrated";
import { relativeTime } from "@/lib/time";
import { useTRPC } from "@/lib/trpc/client";

const SAMPLE = "sample";
const LATEST = 20;

export type FilterTest = {
  /** the sample and the latest events */
  choices: { value: string; label: string; hint: string }[];
  chosen: string;
  choose: (value: string) => void;
  /** the event tried on; null while it loads */
  payload: unknown;
  /** null where there is nothing to try, or the filter has problems */
  result: FilterResult | null;
  /** of conditions that ask for bodies, which this reader may not see: they are left out of `result` */
  hidesBodies: boolean;
  error: string | null;
};

/** Tries a filter, in the browser, on one of the latest events or on the sample of its source. */
export function useFilterTest(projectId: string, source: EventSource, filter: Filter): FilterTest {
  const trpc = useTRPC();
  const isHydrated = useHydrated();
  const [picked, setPicked] = useState<string | null>(null);
  const [now] = useState(() => new Date());
  const latest = useQuery(trpc.observation.list.queryOptions({ projectId, limit: LATEST }));
  const chosen = picked ?? latest.data?.items[0]?.id ?? SAMPLE;
  const observation = useQuery(trpc.observation.get.queryOptions({ projectId, observationId: chosen }, { enabled: chosen !== SAMPLE }));

  const state = observation.data?.state ?? null;
  const payload = useMemo(() => {
    if (chosen === SAMPLE) return isHydrated && !latest.isPending ? (source.sample(now) as unknown) : null;
    const parsed = state === null ? null : source.payload.safeParse({ observation: state });
    return parsed?.success ? (parsed.data as unknown) : null;
  }, [chosen, isHydrated, latest.isPending, source, now, state]);

  const hidesBodies = chosen !== SAMPLE && observation.data?.bodiesVisible === false && asksForBodies(source, filter);
  const result = useMemo(() => {
    if (payload === null || hidesBodies || checkFilter(source, filter).length > 0) return null;
    return compileFilter(source, filter).explain(payload);
  }, [payload, hidesBodies, source, filter]);

  const choices = [
    { value: SAMPLE, label: "A sample event", hint: "" },
    ...(latest.data?.items ?? []).map((item) => ({ value: item.id, label: item.name ?? item.id, hint: `${item.level ?? ""} · ${relativeTime(item.receivedAt, now.getTime())}` })),
  ];
  return { choices, chosen, choose: setPicked, payload, result, hidesBodies, error: observation.error?.message ?? null };
}

function asksForBodies(source: EventSource, filter: Filter): boolean {
  const bodies = new Set(source.columns.filter((column) => column.isBody).map((column) => column.id));
  return filter.children.some((child) => (child.type === "group" ? asksForBodies(source, child) : bodies.has(child.column)));
}
