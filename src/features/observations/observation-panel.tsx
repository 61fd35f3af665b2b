"use client";

import { useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { RowPanel } from "@/components/data-table/row-panel";
import { EmptyState } from "@/components/empty-state";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Banner } from "@/components/ui/banner";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { isNotFoundError, useTRPC } from "@/lib/trpc/client";
import { useUrlParam } from "@/lib/use-url-params";
import { ObservationActions } from "./observation-actions";
import { ObservationFacts } from "./observation-facts";
import { ObservationMenu } from "./observation-menu";
import { ObservationExecutions, ObservationRevisions } from "./observation-history";
import { ObservationTriggers } from "./observation-triggers";
import { observationTabParam } from "./search-params";
import { SubjectFacts } from "./subject-facts";
import type { Observation, ObservationRow } from "./types";

type PanelProps = {
  projectId: string;
  observationId: string | null;
  eventSource: string;
  /** the row of the observation in the list; the panel shows its data until the server answers */
  row: ObservationRow | undefined;
  onClose: () => void;
};

export function ObservationPanel({ projectId, observationId, eventSource, row, onClose }: PanelProps) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.observation.get.queryOptions({ projectId, observationId: observationId ?? "", eventSource }),
    enabled: observationId !== null,
  });
  const known = data ?? row;
  return (
    <RowPanel
      rowKey={observationId}
      onClose={onClose}
      title={known?.name ?? getEventNounForms(eventSource).heading}
      description={observationId && <PanelId id={observationId} noun={getEventNounForms(eventSource).one} />}
      actions={data && <ObservationMenu projectId={projectId} observation={data} />}
      footer={data && <ObservationActions projectId={projectId} observation={data} />}
    >
      {error && !data ? (
        <Problem error={error} eventSource={eventSource} onRetry={() => void refetch()} />
      ) : (
        <div className="flex flex-col gap-6 p-5">
          {known?.sanitized && (
            <Banner tone="warning">
              It held characters that cannot be stored (NUL or lone surrogates). They were replaced with U+FFFD.
            </Banner>
          )}
          {known?.eventSource === DEFAULT_EVENT_SOURCE_NAME && (
            <ObservationFacts projectId={projectId} observation={known} />
          )}
          {known && known.eventSource !== DEFAULT_EVENT_SOURCE_NAME && <SubjectFacts subject={known} />}
          {data ? <Details key={data.id} projectId={projectId} observation={data} /> : <DetailsSkeleton />}
        </div>
      )}
    </RowPanel>
  );
}

function PanelId({ id, noun }: { id: string; noun: string }) {
  return (
    <span className="flex items-center gap-1 font-mono text-xs">
      <span className="truncate">{id}</span>
      <CopyButton text={id} label={`Copy ${noun} ID`} className="-my-1" />
    </span>
  );
}

function Details({ projectId, observation }: { projectId: string; observation: Observation }) {
  const [tab, setTab] = useUrlParam("tab", observationTabParam);
  return (
    <Tabs
      aria-label="Details"
      value={tab}
      onValueChange={(value) => setTab(value)}
      tabs={[
        { value: "state", label: "State", content: <State observation={observation} /> },
        {
          value: "triggers",
          label: "Triggers",
          content: <ObservationTriggers projectId={projectId} observation={observation} />,
        },
        {
          value: "executions",
          label: "Executions",
          count: observation.executions.length,
          content: <ObservationExecutions projectId={projectId} observation={observation} />,
        },
        {
          value: "revisions",
          label: "Revisions",
          count: observation.revisions.length,
          content: <ObservationRevisions observation={observation} />,
        },
      ]}
    />
  );
}

function State({
  observation: { state, bodiesVisible, eventSource, jsonTexts, storedPart },
}: {
  observation: Observation;
}) {
  const text = useMemo(() => (state === null ? "" : stringifyJson(parseJson(state), 2)), [state]);
  if (state === null) return <Banner title="Its content was removed">Its retention has ended.</Banner>;
  return (
    <div className="flex flex-col gap-4">
      {!bodiesVisible && (
        <Banner title="Input, output and metadata are hidden from viewers">
          An admin can allow viewers of this project to read them, in its settings.
        </Banner>
      )}
      {storedPart !== null && (
        <Banner
          title={storedPart === "cut" ? "The first 64 KB of its bodies are stored" : "Only its columns are stored"}
        >
          No trigger matched, and the settings of this project say what is stored then.
        </Banner>
      )}
      {jsonTexts.length > 0 && (
        <Banner title="JSON in a text was read">
          {`Filters ask ${jsonTexts.length === 1 ? "this field" : "these fields"} by key like an object: ` +
            `${jsonTexts.join(", ")}. The stored and sent value stays a text.`}
        </Banner>
      )}
      <JsonViewer label={getEventNounForms(eventSource).heading} value={text} isText openLevels={2} />
    </div>
  );
}

function Problem({ error, eventSource, onRetry }: { error: unknown; eventSource: string; onRetry: () => void }) {
  if (isNotFoundError(error)) {
    return (
      <EmptyState
        title={`There is no such ${getEventNounForms(eventSource).one}`}
        description="It belongs to another project, or its retention has ended."
      />
    );
  }
  return (
    <div className="p-5">
      <QueryErrorMessage
        title={`The ${getEventNounForms(eventSource).one} could not be loaded`}
        message={error instanceof Error ? error.message : null}
        onRetry={onRetry}
      />
    </div>
  );
}

function DetailsSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4">
      <Skeleton width="100%" className="h-6" />
      <Skeleton width="100%" className="h-40" />
    </div>
  );
}
