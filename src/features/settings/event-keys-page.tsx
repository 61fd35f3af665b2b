"use client";

import { useState } from "react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { ConfirmButton } from "@/components/confirm-button";
import { EmptyState } from "@/components/empty-state";
import { StatusLabel } from "@/components/status";
import { TableSkeleton } from "@/components/table-skeleton";
import { Time } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { LoadMore } from "@/components/ui/load-more";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { formatCountWithNoun } from "@/lib/format";
import { makeEventSnippets } from "@/lib/event-snippets";
import { useTRPC } from "@/lib/trpc/client";
import { NewEventKeyDialog } from "./new-event-key-dialog";
import { QueryErrorMessage } from "@/components/query-error-message";
import { cursorQueryOptions } from "@/lib/cursor-query-options";

export function EventKeysPage({ projectId, appUrl }: { projectId: string; appUrl: string }) {
  const trpc = useTRPC();
  const keys = useInfiniteQuery(trpc.eventKey.page.infiniteQueryOptions({ projectId }, cursorQueryOptions));
  const rows = keys.data?.pages.flatMap((page) => page.items);
  const [isCreating, setIsCreating] = useState(false);
  const create = (
    <Button variant="primary" onClick={() => setIsCreating(true)}>
      <Plus aria-hidden /> Create key
    </Button>
  );
  return (
    <div className="flex max-w-form-page flex-col gap-6">
      {keys.isLoadingError && <QueryErrorMessage message={keys.error.message} onRetry={() => void keys.refetch()} />}
      {!keys.isLoadingError && (
        <Card
          title="Event keys"
          description="A key may send events to this project, and nothing else."
          actions={rows?.length !== 0 && create}
          isFlush
        >
          {keys.isPending && <TableSkeleton />}
          {rows?.length === 0 && (
            <EmptyState
              example={["production", "…k3fq", "last used 2 min ago"]}
              title="No keys yet"
              description={`Create one, and send ${getEventNounForms().many} with the Inngest SDK or with curl.`}
              actions={create}
            />
          )}
          {rows && rows.length > 0 && (
            <>
              <KeyTable projectId={projectId} keys={rows} />
              <LoadMore list={keys} shown={formatCountWithNoun(rows.length, "key")} />
            </>
          )}
        </Card>
      )}
      <section className="flex flex-col gap-2">
        <h2 className="text-base font-medium">Send events</h2>
        <p className="text-sm text-muted">
          Sent again with the same {getEventNounForms().one} id, it updates the {getEventNounForms().one}.
        </p>
        <CodeBlock label="Send events" samples={makeEventSnippets({ appUrl, eventKey: "YOUR_EVENT_KEY" })} />
      </section>
      <NewEventKeyDialog projectId={projectId} appUrl={appUrl} open={isCreating} onOpenChange={setIsCreating} />
    </div>
  );
}

type Key = {
  id: string;
  name: string;
  last4: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

function KeyTable({ projectId, keys }: { projectId: string; keys: readonly Key[] }) {
  return (
    <Table>
      <thead>
        <Tr>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Key</Th>
          <Th>State</Th>
          <Th className="max-sm:hidden">Created</Th>
          <Th className="max-sm:hidden">Last used</Th>
          <Th>
            <span className="sr-only">Revoke</span>
          </Th>
        </Tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <Tr key={key.id}>
            <Td>
              <span className="font-medium">{key.name}</span>
              <span className="block text-xs text-muted sm:hidden">
                …{key.last4}
                {key.lastUsedAt && (
                  <>
                    , used <Time value={key.lastUsedAt} />
                  </>
                )}
              </span>
            </Td>
            <Td className="font-mono text-xs whitespace-nowrap text-muted max-sm:hidden">…{key.last4}</Td>
            <Td>
              {key.revokedAt ? (
                <StatusLabel tone="neutral">Revoked</StatusLabel>
              ) : (
                <StatusLabel tone="success">Active</StatusLabel>
              )}
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">
              <Time value={key.createdAt} />
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">
              {key.lastUsedAt ? <Time value={key.lastUsedAt} /> : "Never"}
            </Td>
            <Td className="text-right">{!key.revokedAt && <RevokeKey projectId={projectId} eventKey={key} />}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function RevokeKey({ projectId, eventKey }: { projectId: string; eventKey: Key }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const key = { projectId, id: eventKey.id };
  const onSettled = () => queryClient.invalidateQueries(trpc.eventKey.pathFilter());
  const restore = useMutation(
    trpc.eventKey.restore.mutationOptions({
      onError: (error) => toast.error("The key was not brought back", { description: error.message }),
      onSettled,
    }),
  );
  const revoke = useMutation(
    trpc.eventKey.revoke.mutationOptions({
      onSuccess: () =>
        toast.success(`${eventKey.name} is revoked`, {
          action: { label: "Undo", onClick: () => restore.mutate(key) },
        }),
      onSettled,
    }),
  );
  return (
    <ConfirmButton
      variant="danger-ghost"
      size="sm"
      title={`Revoke ${eventKey.name}?`}
      description={
        `Events sent with the key that ends in ${eventKey.last4} are refused from then on. ` +
        "You can take it back for 10 minutes."
      }
      confirmLabel="Revoke key"
      isDanger
      onConfirm={() => revoke.mutateAsync(key)}
    >
      Revoke
    </ConfirmButton>
  );
}
