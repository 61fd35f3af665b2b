import type { Inngest } from "inngest";
import { listEventSources } from "@/domain/event-source/registry";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { createActions, type CreateActionsResult } from "@/server/services/action-creation";
import { receiptMicros } from "@/server/receipt";
import { writeRejected } from "@/server/services/action-creation/write";
import type { BatchEvent, RejectedItem } from "@/server/services/action-creation/types";
import { dispatch } from "@/server/services/dispatch";
import { openEvent } from "@/server/services/events";

/**
 * Receives events of all sources in batches of one project, hands them to the ActionCreationService, and dispatches
 * what came of it. Batches are keyed by project, so that nothing of one project waits for another's transaction.
 * No steps: all of it may run twice and then changes nothing, while each step would cost a call of its own.
 */
export function observationUpsertProcessor(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: "observation-upsert-processor",
      name: "Match observations",
      triggers: listEventSources().map((source) => ({ event: source.name })),
      batchEvents: { maxSize: 100, timeout: "1s", key: "event.data.projectId" },
      concurrency: { limit: 4 },
      retries: 10,
    },
    async ({ events }) => {
      const result = await decideBatch(deps, events);
      await dispatch(deps.ctx, result.dispatch, result.cancel);
      return { events: events.length, dispatched: result.dispatch.length, cancelled: result.cancel.length };
    },
  );
}

type IncomingEvent = { id?: string | undefined; name: string; data: unknown; ts?: number | undefined };

/** Groups by project and event source: without the batch's key on some server, a batch may mix them. */
async function decideBatch(deps: FunctionDependencies, events: readonly IncomingEvent[]): Promise<CreateActionsResult> {
  const groups = new Map<string, { projectId: string; eventSource: string; events: BatchEvent[] }>();
  const rejected: RejectedItem[] = [];
  const receivedMicros = receiptMicros();
  for (const [place, incoming] of events.entries()) {
    const data = (incoming.data ?? {}) as Record<string, unknown>;
    const opened = openEvent({
      id: incoming.id ?? "",
      name: incoming.name,
      ts: incoming.ts ?? deps.ctx.now().getTime(),
      data,
      stampKey: deps.stampKey,
      trustEvents: deps.trustEvents,
      batch: { receivedMicros, place },
    });
    if (!opened.ok) {
      rejected.push({ event: opened.event, reason: opened.reason });
      continue;
    }
    const key = `${opened.projectId}\n${incoming.name}`;
    const group = groups.get(key) ?? { projectId: opened.projectId, eventSource: incoming.name, events: [] };
    group.events.push(opened.event);
    groups.set(key, group);
  }
  await writeRejected(deps.ctx.db, null, rejected, deps.ctx.now());
  const all: CreateActionsResult = { dispatch: [], cancel: [] };
  for (const group of groups.values()) {
    const result = await createActions(deps.ctx, deps.triggers, group);
    all.dispatch.push(...result.dispatch);
    all.cancel.push(...result.cancel);
  }
  return all;
}
