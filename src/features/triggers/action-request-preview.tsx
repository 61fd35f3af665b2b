"use client";

import { memo, useMemo, useState } from "react";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Select } from "@/components/ui/select";
import { getActionType } from "@/domain/action/registry";
import { buildEnvelopeText } from "@/domain/action/webhook/envelope";
import { renderTemplate } from "@/domain/action/webhook/template/template";
import type { EventSource } from "@/domain/event-source/event-source";
import type { SelectableAction } from "./types";

type RequestPreviewProps = {
  projectId: string;
  triggerId: string | null;
  triggerName: string;
  source: EventSource;
  /** the payload of the chosen event; null while the payload loads */
  payload: unknown;
  actions: readonly SelectableAction[];
};

/** Shows the message that an action would send for the chosen event: for a webhook, the HTTP request. */
export const ActionRequestPreview = memo(function ActionRequestPreview(props: RequestPreviewProps) {
  const { projectId, triggerId, triggerName, source, payload, actions } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const [now] = useState(() => new Date());
  const action = actions.find(({ id }) => id === chosen) ?? actions[0];
  const trigger = useMemo(
    () => ({ id: triggerId ?? "trg_…", name: triggerName || "New trigger" }),
    [triggerId, triggerName],
  );
  const preview = useMemo(
    () =>
      (action &&
        getActionType(action.type)?.preview(action.configuration, { triggerId: trigger.id, timestamp: now })) ??
      null,
    [action, trigger.id, now],
  );
  const body = useMemo(() => {
    if (payload === null || !preview) return null;
    const envelope = buildEnvelopeText({
      source,
      apiVersion: "v1",
      timestamp: now,
      trigger,
      executionId: "exe_…",
      url: `${window.location.origin}/projects/${projectId}/executions/exe_…`,
      subject: source.actionInput(payload, preview.detail),
    });
    if (preview.template === null) return { ok: true as const, body: envelope };
    return renderTemplate(preview.template, envelope);
  }, [payload, preview, source, now, trigger, projectId]);
  return (
    <Card
      title="The request"
      description="The request that this event would send."
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
      {preview && body !== null && (
        <div className="flex min-w-0 flex-col gap-3">
          <CodeBlock label="Head" isWrapped samples={preview.head} />
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
});
