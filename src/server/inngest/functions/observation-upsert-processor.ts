import type { Inngest } from "inngest";
import { listEventSources } from "@/domain/event-source/registry";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { sourceEvent, type IncomingEvent } from "@/server/inngest/events";
import { openBatch } from "@/server/inngest/open-batch";
import { createActions } from "@/server/services/action-creation";
import { deliverAtOnce, type ProjectsAtOnce } from "@/server/services/deliveries/deliver-at-once";
import type { Wake } from "@/server/services/deliveries/wake";
import { keepRefusedEvents } from "@/server/services/unprocessed-events";

export const MATCH_OBSERVATIONS = "observation-upsert-processor";

/**
 * Receives events of all sources in batches of one project, hands them to the ActionCreationService, and wakes the
 * actions that have something to send. Batches are keyed by project, so that no project waits for another's transaction.
 * On an Inngest server a batch waits for its timeout; the event endpoint marks the events of a project that sends few,
 * and each of these runs at once and by itself. The embedded engine starts an idle project's batch at once.
 * No steps: all of it may run twice and then changes nothing, while each step would cost a call of its own.
 */
export function observationUpsertProcessor(client: Inngest, deps: FunctionDependencies) {
  const projectsAtOnce: ProjectsAtOnce = new Set();
  return client.createFunction(
    {
      id: MATCH_OBSERVATIONS,
      name: "Match observations",
      triggers: listEventSources().map((source) => sourceEvent(source.name)),
      batchEvents: { maxSize: 100, timeout: "1s", key: "event.data.projectId", if: "event.data.alone != true" },
      concurrency: { limit: 4 },
      retries: 10,
    },
    async ({ events }) => {
      await deliverAtOnce(deps.ctx, deps.delivery, projectsAtOnce, await decideBatch(deps, events));
      return { events: events.length };
    },
  );
}

/** Decides what can be read of a batch, and keeps the rest as rejected events. */
async function decideBatch(deps: FunctionDependencies, events: readonly IncomingEvent[]): Promise<Wake[]> {
  const { groups, refused } = openBatch(deps, events);
  await keepRefusedEvents(deps.ctx, refused);
  const wakes: Wake[] = [];
  for (const group of groups) wakes.push(...(await createActions(deps.ctx, deps.triggers, group)));
  return wakes;
}
