"use client";

import { useMemo, useState } from "react";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Select } from "@/components/ui/select";
import { buildEnvelope } from "@/domain/action/webhook/envelope";
import { renderTemplate } from "@/domain/action/webhook/template/template";
import { buildHeaders } from "@/domain/action/webhook/headers";
import type { EventSource } from "@/domain/event-source/event-source";
import type { ActionRow } from "./types";

type RequestPreviewProps = {
  projectId: string;
  triggerId: string | null;
  triggerName: string;
  source: EventSource;
  /** the event tried on; null while it loads */
  payload: unknown;
  actions: readonly ActionRow[];
};

/** The request that an action would send for the chosen event. */
export function RequestPreview({ projectId, triggerId, triggerName, source, payload, actions }: RequestPreviewProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [now] = useState(() => new Date());
  const action = actions.find(({ id }) => id === chosen) ?? actions[0];
  const configuration = action?.configuration ?? null;
  const trigger = useMemo(
    () => ({ id: triggerId ?? "trg_…", name: triggerName || "New trigger" }),
    [triggerId, triggerName],
  );
  const body = useMemo(() => {
    if (payload === null || !configuration) return null;
    const envelope = buildEnvelope({
      source,
      apiVersion: "v1",
      timestamp: now,
      trigger,
      executionId: "exe_…",
      url: `${window.location.origin}/projects/${projectId}/executions/exe_…`,
      observation: source.actionInput(payload, configuration.detail),
    });
    if (configuration.template === null) return { ok: true as const, body: envelope };
    return renderTemplate(configuration.template, envelope);
  }, [payload, configuration, source, now, trigger, projectId]);
  return (
    <Card
      title="The request"
      description="What would be sent for this event."
      actions={
        actions.length > 1 &&
        action && (
          <Select
            aria-label="Show the request of"
            options={actions.map(({ id, name }) => ({ value: id, label: name }))}
            value={action.id}
            onValueChange={setChosen}
            className="w-44"
          />
        )
      }
    >
      {configuration && body !== null && (
        <div className="flex min-w-0 flex-col gap-3">
          <CodeBlock label="Head" isWrapped samples={requestHead(configuration, trigger.id, now)} />
          {body.ok ? (
            <JsonViewer label="Body" value={body.body} isText openLevels={3} />
          ) : (
            <p className="text-sm text-danger-text">
              The action&apos;s template fails for this event, at line {body.line}: {body.reason}.
            </p>
          )}
        </div>
      )}
    </Card>
  );
}

function requestHead(configuration: NonNullable<ActionRow["configuration"]>, triggerId: string, now: Date): string {
  const headers = buildHeaders({
    executionId: "exe_…",
    triggerId,
    attempt: 1,
    depth: 1,
    timestamp: Math.floor(now.getTime() / 1_000),
    signature: "v1,…",
    traceparent: "00-…-…-01",
    custom: configuration.headers.map((header) => ({
      name: header.name,
      value: header.secret ? `••••${header.last4}` : header.value,
    })),
  });
  return [
    `${configuration.method} ${configuration.url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join("\n");
}
