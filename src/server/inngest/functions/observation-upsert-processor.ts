import type { Inngest } from "inngest";
import { listEventSources } from "@/domain/event-source/registry";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sourceEvent, type IncomingEvent } from "@/server/inngest/events";
import { openBatch } from "@/server/inngest/open-batch";
import { createActions, type CreateActionsResult } from "@/server/services/action-creation";
import { dispatch } from "@/server/services/dispatch";
import { keepRefusedEvents } from "@/server/services/unprocessed-events";

export const MATCH_OBSERVATIONS = "observation-upsert-processor";

/**
 * Receives events of all sources in batches of one project, hands them to the ActionCreationService, and dispatches
 * what came of it. Batches are keyed by project, so that nothing of one project waits for another's transaction.
 * No steps: all of it may run twice and then changes nothing, while each step would cost a call of its own.
 */
export function observationUpsertProcessor(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: MATCH_OBSERVATIONS,
      name: "Match observations",
      triggers: listEventSources().map((source) => sourceEvent(source.name)),
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

/** Decides what can be read of a batch, and keeps the rest as rejected events. */
async function decideBatch(deps: FunctionDependencies, events: readonly IncomingEvent[]): Promise<CreateActionsResult> {
  const { groups, refused } = openBatch(deps, events);
  await keepRefusedEvents(deps.ctx, refused);
  const all: CreateActionsResult = { dispatch: [], cancel: [] };
  for (const group of groups) {
    const result = await createActions(deps.ctx, deps.triggers, group);
    all.dispatch.push(...result.dispatch);
    all.cancel.push(...result.cancel);
  }
  return all;
}
