"use client";

import { useState } from "react";
import { PageLink } from "@/components/ui/page-link";
import { useQuery } from "@tanstack/react-query";
import { SearchInput } from "@/components/search-input";
import { Time } from "@/components/time";
import { Card } from "@/components/ui/card";
import { formatNumber } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";

type NearMissesProps = { projectId: string; triggerId: string; noun: { one: string; many: string } };

/**
 * Lists events that a trigger missed because of a single condition. The condition that alone stopped the most events
 * comes first.
 */
export function NearMissList({ projectId, triggerId, noun }: NearMissesProps) {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const { data, error } = useQuery(
    trpc.trigger.nearMisses.queryOptions({ projectId, triggerId, ...(search ? { search } : {}) }),
  );
  const problem = error?.message ?? data?.problem;
  const conditions = (data?.conditions ?? [])
    .map((condition, index) => ({ ...condition, index }))
    .sort((a, b) => b.alone - a.alone);
  return (
    <Card title="Near misses" description={`The latest ${noun.many} that one condition alone stopped.`}>
      <div className="flex flex-col gap-4">
        <SearchInput value={search} onValueChange={setSearch} aria-label="Search by name" placeholder="Name or ID" />
        {problem && <p className="text-sm text-danger-text">{problem}</p>}
        {data && !problem && (
          <p className="text-sm text-muted">
            {formatNumber(data.matched)} of {formatNumber(data.scanned)} match.
          </p>
        )}
        {conditions
          .filter(({ alone }) => alone > 0)
          .map(({ index, words, stopped, alone }) => (
            <section key={index} aria-label={words} className="flex flex-col gap-1.5">
              <h3 className="text-sm font-medium">{words}</h3>
              <p className="text-xs text-muted">
                Stops {formatNumber(stopped)}, {formatNumber(alone)} of them alone.
              </p>
              <ul className="divide-y rounded-lg border">
                {(data?.misses ?? [])
                  .filter(({ condition }) => condition === index)
                  .map((miss) => (
                    <li key={miss.id} className="flex items-center gap-2 px-3 py-1.5 text-sm">
                      <PageLink
                        href={`/projects/${projectId}/triggers/${triggerId}?tab=why&id=${encodeURIComponent(miss.id)}`}
                        className="min-w-0 flex-1 truncate font-medium hover:underline"
                      >
                        {miss.name ?? miss.id}
                      </PageLink>
                      <Time value={miss.receivedAt} className="text-xs text-muted" />
                    </li>
                  ))}
              </ul>
            </section>
          ))}
      </div>
    </Card>
  );
}
