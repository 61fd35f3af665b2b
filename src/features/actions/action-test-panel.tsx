"use client";

import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { DeliverWaitingOffer } from "@/features/shared/levers/deliver-waiting-offer";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { StatusLabel } from "@/components/status";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Textarea } from "@/components/ui/textarea";
import { Tooltip } from "@/components/ui/tooltip";
import type { HeaderList } from "@/domain/header-list";
import { formatDuration } from "@/lib/format";
import { isApiError, useTRPC } from "@/lib/trpc/client";
import { useActionEventSource } from "./action-event-source";
import type { ActionFormValues, ActionTestResult } from "./types";

type TestPanelProps = {
  projectId: string;
  /** the id of the action; null for an action that is not saved yet */
  actionId: string | null;
  mayTest: boolean;
  /**
   * validates and returns the form's values; returns null if the form has errors, which it then shows. Undefined if the
   * person may not edit; the panel then tests the saved action
   */
  read: (() => Promise<ActionFormValues | null>) | undefined;
  /** called with a server's error that names fields, so that the form can show the error there */
  onError: (error: unknown) => void;
};

type Kind = "sample" | "stored" | "own";

const eventOf = (kind: Kind, id: string, json: string) =>
  kind === "own"
    ? { kind, json }
    : kind === "stored"
      ? { kind, ...(id.trim() === "" ? {} : { id: id.trim() }) }
      : { kind };

/**
 * Sends a test event as the form's values say, even if they are not saved, and shows the answer. For a person who may
 * not edit the action, it uses the saved values.
 */
export function ActionTestPanel({ projectId, actionId, mayTest, read, onError }: TestPanelProps) {
  const trpc = useTRPC();
  const test = useMutation(
    trpc.action.sendTest.mutationOptions({
      onError: (error) => {
        if (isApiError(error) && error.data?.fields) onError(error);
      },
    }),
  );
  const { source, noun } = useActionEventSource();
  const kinds: readonly { value: Kind; label: string }[] = [
    { value: "sample", label: "Sample" },
    { value: "stored", label: noun.heading },
    { value: "own", label: "Own JSON" },
  ];
  const [kind, setKind] = useState<Kind>("sample");
  const [id, setId] = useState("");
  const [json, setJson] = useState(() => JSON.stringify(source.sample(new Date(0)), null, 2));
  const problem = isApiError(test.error) ? test.error.data?.fields?.event : undefined;
  const send = async () => {
    const values = read ? await read() : undefined;
    if (values === null) return;
    test.mutate({
      projectId,
      eventSource: source.name,
      event: eventOf(kind, id, json),
      ...(actionId ? { actionId } : {}),
      ...(values ? { type: values.type, configuration: values.configuration } : {}),
    });
  };
  const button = (
    <Button onClick={() => void send()} isLoading={test.isPending} disabled={!mayTest}>
      <Send aria-hidden /> Send a test
    </Button>
  );
  return (
    <Card
      title="Test"
      actions={
        mayTest ? (
          button
        ) : (
          <Tooltip content="Members, admins and owners may send tests.">{<span>{button}</span>}</Tooltip>
        )
      }
    >
      <p className="-mt-2 mb-4 text-sm text-muted last:mb-0">
        {actionId
          ? "Sends a signed event to the URL in this form. Nothing is stored."
          : "Sends an event to the URL before anything is saved, signed with a throw-away secret."}
      </p>
      {mayTest && (
        <div className="mb-4 flex flex-col gap-3 last:mb-0">
          <SegmentedControl
            aria-label="What to send"
            className="self-start"
            options={kinds}
            value={kind}
            onValueChange={setKind}
          />
          {kind === "stored" && (
            <Field label={`ID of the ${noun.one}`} help="Leave it empty for the latest one." error={problem}>
              <Input
                isMono
                autoComplete="off"
                spellCheck={false}
                value={id}
                onChange={(event) => setId(event.target.value)}
              />
            </Field>
          )}
          {kind === "own" && (
            <Field label="Event as JSON" error={problem}>
              <Textarea
                rows={8}
                spellCheck={false}
                className="font-mono text-xs"
                value={json}
                onChange={(event) => setJson(event.target.value)}
              />
            </Field>
          )}
        </div>
      )}
      {test.error && !problem ? (
        <Banner tone="danger" isAlert title="The test was not sent">
          {test.error.message}
        </Banner>
      ) : (
        test.data && (
          <>
            {actionId && test.data.ok && test.data.isSavedUrl && (
              <DeliverWaitingOffer projectId={projectId} actionId={actionId} />
            )}
            <Result result={test.data} />
          </>
        )
      )}
    </Card>
  );
}

function Result({ result: { request, response, ok } }: { result: ActionTestResult }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <StatusLabel tone={ok ? "success" : "danger"}>{ok ? "Delivered" : "Failed"}</StatusLabel>
        {response.kind === "response" && (
          <Badge isMono tone={ok ? "success" : "danger"}>
            {response.status}
          </Badge>
        )}
        <span className="text-muted tabular-nums">{formatDuration(response.durationMs)}</span>
      </div>
      {response.kind === "done" && <p className="text-sm text-muted">{response.message}</p>}
      {response.kind === "error" && (
        <Banner tone="danger" title={`No answer (${response.code})`}>
          {response.message}
        </Banner>
      )}
      {response.kind === "response" && (
        <>
          {!ok && <p className="text-sm text-muted">Only a status of 200 to 299 counts as delivered.</p>}
          <CodeBlock label="Response head" isWrapped samples={headText(`HTTP ${response.status}`, response.headers)} />
          {response.body !== "" && (
            <JsonViewer
              label={response.bodyTruncated ? "Response body (shortened)" : "Response body"}
              value={response.body}
              isText
            />
          )}
        </>
      )}
      <CodeBlock
        label="Request head"
        isWrapped
        samples={"url" in request ? headText(`${request.method} ${request.url}`, request.headers) : request.to}
      />
      <JsonViewer label="Request body" value={request.body} isText openLevels={3} />
    </div>
  );
}

const headText = (first: string, headers: HeaderList): string =>
  [first, ...headers.map(([name, value]) => `${name}: ${value}`)].join("\n");
