"use client";

import { useParams, useRouter } from "next/navigation";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Eye, SearchX } from "lucide-react";
import { useQueryState, useQueryStates } from "nuqs";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { CodeBlock } from "@/components/ui/code-block";
import { LoadMore } from "@/components/ui/load-more";
import { eventSnippets } from "@/lib/event-snippets";
import { plural } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useHeldRows } from "@/lib/use-held-rows";
import { useHydrated } from "@/lib/use-hydrated";
import { observationColumns } from "./columns";
import { ObservationFilters } from "./observation-filters";
import { ObservationPanel } from "./observation-panel";
import {
  firedParam,
  observationParams,
  ofParam,
  serializeObservationParams,
  tabParam,
  toFilters,
  type ObservationParams,
} from "./search-params";
import type { ObservationRow } from "./types";

/** The observations received, with the panel of the one that the path names over them. */
export function ObservationList({ projectId }: { projectId: string }) {
  const router = useRouter();
  const openId = useOpenId();
  const [params, setParams] = useQueryStates(observationParams);
  const [tab] = useQueryState("tab", tabParam);
  const [show] = useQueryState("show", firedParam);
  const [of] = useQueryState("of", ofParam);
  const { list, held } = useObservations(projectId, params, openId !== null);
  const base = `/projects/${projectId}/observations`;
  const isNarrowed = Object.keys(toFilters(params)).length > 0;
  return (
    <>
      <PageHeader title="Observations" isLive />
      <ObservationFilters projectId={projectId} params={params} onChange={(next) => void setParams(next)} />
      {list.error && !list.data ? (
        <Banner
          tone="danger"
          title="The observations could not be loaded"
          action={
            <Button size="sm" onClick={() => void list.refetch()}>
              Try again
            </Button>
          }
        >
          {list.error.message}
        </Banner>
      ) : (
        <DataTable
          label="Observations"
          columns={observationColumns}
          rows={held.rows}
          rowKey={keyOf}
          href={(row) =>
            serializeObservationParams(`${base}/${encodeURIComponent(row.id)}`, {
              ...params,
              tab,
              show,
              of: row.eventSource,
            })
          }
          activeKey={openId === null ? null : keyOf({ id: openId, eventSource: of })}
          // The panel covers the middle of the list, where the button of the new rows stands.
          className={openId === null ? undefined : "[&>.justify-center]:justify-start [&>.justify-center]:pl-5"}
          isStale={list.isPlaceholderData}
          newCount={held.newCount}
          onShowNew={held.showNew}
          empty={
            isNarrowed ? <NothingFound onClear={() => void setParams(null)} /> : <NothingYet projectId={projectId} />
          }
          footer={
            <LoadMore
              hasMore={list.hasNextPage}
              isLoading={list.isFetchingNextPage}
              onLoadMore={() => void list.fetchNextPage()}
              shown={plural(held.rows?.length ?? 0, "observation")}
            />
          }
        />
      )}
      <ObservationPanel
        projectId={projectId}
        observationId={openId}
        eventSource={of}
        onClose={() => router.push(serializeObservationParams(base, params), { scroll: false })}
      />
    </>
  );
}

/** An id is unique within its event source. */
const keyOf = ({ id, eventSource }: Pick<ObservationRow, "id" | "eventSource">): string => `${eventSource} ${id}`;

/** The id in the path. Ids come from outside, and can hold what a path must not. */
function useOpenId(): string | null {
  const { observationId } = useParams<{ observationId?: string }>();
  if (observationId === undefined) return null;
  try {
    return decodeURIComponent(observationId);
  } catch {
    return observationId;
  }
}

function useObservations(projectId: string, params: ObservationParams, isPinned: boolean) {
  const trpc = useTRPC();
  const list = useInfiniteQuery({
    ...trpc.observation.list.infiniteQueryOptions(
      { projectId, ...toFilters(params) },
      { getNextPageParam: (page) => page.nextCursor, initialCursor: null },
    ),
    placeholderData: keepPreviousData,
  });
  const held = useHeldRows({
    rows: list.data?.pages.flatMap((page) => page.items),
    keyOf,
    scope: JSON.stringify(params),
    isStale: list.isPlaceholderData,
    isPinned,
  });
  return { list, held };
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No observation fits these filters"
      description="Those that fit will appear here by themselves."
      actions={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

function NothingYet({ projectId }: { projectId: string }) {
  const isHydrated = useHydrated();
  return (
    <EmptyState
      icon={<Eye aria-hidden />}
      title="No observations yet"
      description="Send one from your application with the Inngest SDK, or from a terminal with curl. It appears here at once."
      actions={
        <ButtonLink href={`/projects/${projectId}/settings/event-keys`} variant="primary">
          Get an event key
        </ButtonLink>
      }
    >
      {isHydrated && (
        <CodeBlock
          label="Send an observation"
          samples={eventSnippets({ appUrl: window.location.origin, eventKey: "YOUR_EVENT_KEY" })}
        />
      )}
    </EmptyState>
  );
}
