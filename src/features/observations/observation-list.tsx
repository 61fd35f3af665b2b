"use client";

import { useMemo } from "react";
import dynamic from "next/dynamic";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { TimeRangePicker } from "@/components/time-range-picker";
import { ButtonLink } from "@/components/ui/button-link";
import { CodeBlock } from "@/components/ui/code-block";
import { LoadMore } from "@/components/ui/load-more";
import { cursorQueryOptions } from "@/lib/cursor-query-options";
import { decodePathSegment } from "@/lib/decode-path-segment";
import { makeEventSnippets } from "@/lib/event-snippets";
import { makeSubjectListPath } from "@/features/shared/subject-path";
import { getEventNounForms, type EventNounForms } from "@/domain/event-source/event-noun";
import { DEFAULT_EVENT_SOURCE_NAME, listEventSources } from "@/domain/event-source/registry";
import { formatCountWithNoun } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useHeldRows } from "@/lib/use-held-rows";
import { useHydrated } from "@/lib/use-hydrated";
import { useUrl } from "@/lib/url";
import { useUrlParam, useUrlParams } from "@/lib/use-url-params";
import { makeObservationColumns, findOnlyEventSourceInList } from "./columns";
import { ObservationFilters } from "./observation-filters";
import { ObservationPanel } from "./observation-panel";
import {
  firedTriggersParam,
  observationParams,
  openEventSourceParam,
  serializeObservationParams,
  observationTabParam,
  toObservationFilters,
  type ObservationParams,
} from "./search-params";
import type { ObservationRow } from "./types";

const NoObservationsFound = dynamic(() =>
  import("./no-observations-found").then((module) => module.NoObservationsFound),
);

/** Lists the received observations. If the path contains an observation id, the panel of that observation is open. */
export function ObservationList({ projectId }: { projectId: string }) {
  const { pathname, show } = useUrl();
  const openId = openIdOf(pathname);
  const [params, setParams] = useUrlParams(observationParams);
  const [tab] = useUrlParam("tab", observationTabParam);
  const [fired] = useUrlParam("show", firedTriggersParam);
  const [of] = useUrlParam("of", openEventSourceParam);
  const { list, held, counts } = useObservations(projectId, params, openId !== null);
  const base = makeSubjectListPath(projectId);
  const source = findOnlyEventSourceInList(params.source, listEventSources());
  const columns = useMemo(() => makeObservationColumns(source), [source]);
  const noun = getEventNounForms(source?.name);
  const isNarrowed = Object.keys(toObservationFilters(params)).length > 0;
  const change = (next: Partial<ObservationParams>) => setParams(next);
  const clear = () => setParams(null);
  const urlOf = (row: ObservationRow) =>
    serializeObservationParams(`${base}/${encodeURIComponent(row.id)}`, {
      ...params,
      tab,
      show: fired,
      of: row.eventSource,
    });
  const activeKey = openId === null ? null : keyOf({ id: openId, eventSource: of });
  return (
    <>
      <PageHeader title={noun.headings} isLive range={<TimeRangePicker value={params} onValueChange={change} />} />
      <ObservationFilters projectId={projectId} params={params} counts={counts} onChange={change} onClear={clear} />
      {list.error && !list.data ? (
        <QueryErrorMessage
          title={`The ${noun.many} could not be loaded`}
          message={list.error.message}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <DataTable
          label={noun.headings}
          columns={columns}
          rows={held.rows}
          rowKey={keyOf}
          href={urlOf}
          onOpen={(row) => show(urlOf(row), openId !== null)}
          activeKey={activeKey}
          {...(list.hasNextPage ? { onReachEnd: () => void list.fetchNextPage() } : {})}
          // An open panel covers the middle of the list, so the button "new rows" moves to the left.
          className={openId === null ? undefined : "[&>.justify-center]:justify-start [&>.justify-center]:pl-5"}
          isStale={list.isPlaceholderData}
          arrived={held.arrived}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={
            isNarrowed ? (
              <NoObservationsFound projectId={projectId} noun={noun} params={params} onChange={change} />
            ) : (
              <NothingYet projectId={projectId} noun={noun} />
            )
          }
          footer={<LoadMore list={list} shown={formatCountWithNoun(held.rows?.length ?? 0, noun.one, noun.many)} />}
        />
      )}
      <ObservationPanel
        projectId={projectId}
        observationId={openId}
        eventSource={of}
        row={held.rows?.find((row) => keyOf(row) === activeKey)}
        onClose={() => show(serializeObservationParams(base, params), false)}
      />
    </>
  );
}

/** Returns the key of a table row. An id is unique only within its event source, so the key contains both. */
const keyOf = ({ id, eventSource }: Pick<ObservationRow, "id" | "eventSource">): string => `${eventSource} ${id}`;

/**
 * Returns the id of the open observation from the URL's path, decoded. Senders choose observation ids, so an id may
 * contain reserved characters.
 */
function openIdOf(pathname: string): string | null {
  const [, id] = /\/observations\/([^/]+)$/.exec(pathname) ?? [];
  return id === undefined ? null : decodePathSegment(id);
}

function useObservations(projectId: string, params: ObservationParams, isPinned: boolean) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.observation.list.infiniteQueryOptions({ projectId, ...toObservationFilters(params) }, cursorQueryOptions),
    placeholderData: keepPreviousData,
  });
  const held = useHeldRows({
    rows: list.data?.pages.flatMap((page) => page.items),
    keyOf,
    scope: JSON.stringify(params),
    isStale: list.isPlaceholderData,
    isPinned,
  });
  const { level: _level, ...uncounted } = toObservationFilters(params);
  const counts = useQuery({
    ...trpc.observation.counts.queryOptions({ projectId, ...uncounted }),
    placeholderData: keepPreviousData,
  });
  return { list, held, counts: counts.data };
}

function NothingYet({ projectId, noun }: { projectId: string; noun: EventNounForms }) {
  const isHydrated = useHydrated();
  return (
    <EmptyState
      example={["answer-question", "production", "1.2 s", "2 min ago"]}
      title={`No ${noun.many} yet`}
      description={
        "Send one from your application with the Inngest SDK, or from a terminal with curl. " +
        "The list shows it at once."
      }
      actions={
        <ButtonLink href={`/projects/${projectId}/settings/event-keys`} variant="primary">
          Get an event key
        </ButtonLink>
      }
    >
      {isHydrated && (
        <CodeBlock
          label={`Send ${getEventNounForms(DEFAULT_EVENT_SOURCE_NAME).some}`}
          samples={makeEventSnippets({ appUrl: window.location.origin, eventKey: "YOUR_EVENT_KEY" })}
        />
      )}
    </EmptyState>
  );
}
