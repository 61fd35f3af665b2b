"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/empty-state";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { makeClientSnippets } from "@/lib/client-snippets";
import { useTRPC } from "@/lib/trpc/client";
import { QueryErrorMessage } from "@/components/query-error-message";
import { TableSkeleton } from "@/components/table-skeleton";
import { SourceKeyCard } from "./source-key-card";

/**
 * The settings page about senders: which programs send with each event key, how many events they sent, and code that
 * sets up a new one.
 */
export function SourcesPage({ projectId, appUrl }: { projectId: string; appUrl: string }) {
  const trpc = useTRPC();
  const sources = useQuery(trpc.source.list.queryOptions({ projectId }, { refetchInterval: 30_000 }));
  if (sources.isLoadingError)
    return <QueryErrorMessage message={sources.error.message} onRetry={() => void sources.refetch()} />;
  return (
    <div className="flex max-w-form-page flex-col gap-6">
      {sources.isPending && (
        <Card title="Sources" isFlush>
          <TableSkeleton />
        </Card>
      )}
      {sources.data?.length === 0 && (
        <EmptyState
          title="No event keys yet"
          description="A client sends with an event key. Create one, and see here what arrives with it."
          actions={<ButtonLink href={`/projects/${projectId}/settings/event-keys`}>Go to event keys</ButtonLink>}
        />
      )}
      {sources.data?.map((source) => (
        <SourceKeyCard key={source.id} projectId={projectId} source={source} />
      ))}
      <section className="flex flex-col gap-2">
        <h2 className="text-base font-medium">Set up a client</h2>
        <p className="text-sm text-muted">
          Put the event key in place of YOUR_EVENT_KEY. A new key is filled in by itself, once, when it is created.
        </p>
        <CodeBlock label="Set up a client" samples={makeClientSnippets({ appUrl, eventKey: "YOUR_EVENT_KEY" })} />
      </section>
    </div>
  );
}
