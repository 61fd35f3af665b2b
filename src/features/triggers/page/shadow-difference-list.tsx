"use client";

import { PageLink } from "@/components/ui/page-link";
import { useInfiniteQuery } from "@tanstack/react-query";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Time } from "@/components/time";
import { Card } from "@/components/ui/card";
import { LoadMore } from "@/components/ui/load-more";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import type { EventNounForms } from "@/domain/event-source/event-noun";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import type { ShadowDifference } from "../types";

const words: Record<ShadowDifference["active"], string> = {
  fires: "fires",
  sampled_out: "sampled out",
  not_matched: "does not match",
};

type DifferencesProps = { projectId: string; triggerId: string; noun: EventNounForms };

/**
 * Lists the subjects (which events are about, such as one trace) on which a trigger and its shadow (a trial filter)
 * decide differently, the newest decision first.
 */
export function ShadowDifferenceList({ projectId, triggerId, noun }: DifferencesProps) {
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.shadow.differences.infiniteQueryOptions({ projectId, triggerId }, cursorQueryOptions),
  );
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isLoadingError)
    return <QueryErrorMessage message={list.error.message} onRetry={() => void list.refetch()} />;
  return (
    <Card title="Where they differ" description={`Compares the latest state of each ${noun.one}.`} isFlush>
      {rows.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-muted sm:px-5">No {noun.one} so far.</p>
      ) : (
        <>
          <Table aria-label="Where they differ">
            <thead className="border-b">
              <tr>
                <Th>{noun.heading}</Th>
                <Th>Trigger</Th>
                <Th>Shadow</Th>
                <Th className="text-right">Decided</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Tr key={row.sourceId}>
                  <Td className="max-w-64 truncate">
                    <PageLink
                      className="font-medium hover:underline"
                      href={
                        `/projects/${projectId}/triggers/${triggerId}` +
                        `?tab=why&id=${encodeURIComponent(row.sourceId)}`
                      }
                    >
                      {row.name ?? row.sourceId}
                    </PageLink>
                  </Td>
                  <Td>{words[row.active]}</Td>
                  <Td>{words[row.proposed]}</Td>
                  <Td className="text-right text-muted">
                    <Time value={row.decidedAt} />
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
          <LoadMore list={list} shown={formatCountWithNoun(rows.length, noun.one, noun.many)} />
        </>
      )}
    </Card>
  );
}
