"use client";

import { PageLink } from "@/components/ui/page-link";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Send } from "lucide-react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { makeClientSnippets } from "@/lib/client-snippets";
import { useTRPC } from "@/lib/trpc/client";

type SendFirstProps = {
  projectId: string;
  appUrl: string;
  hasEvents: boolean;
  mayMakeKeys: boolean;
  maySend: boolean;
  newKey: string | null;
  onNewKey: (key: string) => void;
};

/**
 * The setup step that sends the first observation: a button sends a sample, or the person's program sends its own with
 * a new event key.
 */
export function SendFirstEvent(props: SendFirstProps) {
  const { projectId, appUrl, hasEvents, mayMakeKeys, maySend, newKey: key, onNewKey } = props;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const keys = useQuery(trpc.eventKey.page.queryOptions({ projectId }, { enabled: mayMakeKeys && !hasEvents }));
  const usable = keys.data?.items.find(({ revokedAt }) => revokedAt === null);
  const create = useMutation(
    trpc.eventKey.create.mutationOptions({
      onSuccess: (made) => {
        onNewKey(made.key);
        return queryClient.invalidateQueries(trpc.eventKey.pathFilter());
      },
    }),
  );
  const send = useMutation(
    trpc.observation.sendSample.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.overview.pathFilter()),
    }),
  );
  const problem = send.error ?? create.error;
  return (
    <div className="flex flex-col gap-3">
      <p>
        {maySend
          ? "Send a sample to see all of it work, or send your own from a program or a terminal."
          : "Send one from a program or a terminal. An admin of this project can give you an event key."}
      </p>
      <div className="flex flex-wrap items-center gap-2 text-foreground">
        {maySend && (
          <Button size="sm" isLoading={send.isPending} onClick={() => send.mutate({ projectId })}>
            <Send aria-hidden /> Send a sample observation
          </Button>
        )}
        {mayMakeKeys && key === null && (
          <Button
            size="sm"
            variant="ghost"
            isLoading={create.isPending}
            onClick={() => create.mutate({ projectId, name: "First steps" })}
          >
            <KeyRound aria-hidden /> Create an event key and fill it in
          </Button>
        )}
      </div>
      {problem && (
        <Banner tone="danger" isAlert>
          {problem.message}
        </Banner>
      )}
      {send.data && (
        <p role="status">
          Sent.{" "}
          <PageLink
            href={`/projects/${projectId}/observations/${encodeURIComponent(send.data.observationId)}?tab=triggers`}
            className="text-accent-text underline underline-offset-3"
          >
            See what every trigger decided about it
          </PageLink>
          .
        </p>
      )}
      {usable && key === null && (
        <p>
          The key “{usable.name}” (<span className="font-mono text-xs">…{usable.last4}</span>) works too, if you have
          it.
        </p>
      )}
      {key !== null && <p role="status">The key is in the lines below. It is shown this once: keep it.</p>}
      {(!hasEvents || key !== null) && (
        <CodeBlock
          label="Send an observation"
          samples={makeClientSnippets({ appUrl, eventKey: key ?? "YOUR_EVENT_KEY" }).toReversed()}
          className="text-foreground"
        />
      )}
    </div>
  );
}
