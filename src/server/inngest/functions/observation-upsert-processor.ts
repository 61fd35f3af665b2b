import { setTimeout as pause } from "node:timers/promises";
import type { Inngest } from "inngest";
import { listEventSources } from "@/domain/event-source/registry";
import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { makeSourceEvent, type EventForFunction } from "@/server/inngest/events";
import { groupStampedEvents } from "@/server/inngest/group-stamped-events";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { deliverAtOnce } from "@/server/services/deliveries/deliver-at-once";
import type { ActionWake } from "@/server/services/wakes/wake-actions";
import { startBatchSpans } from "@/server/services/action-creation/start-batch-spans";
import { storeRefusedEventsAsRejected } from "@/server/services/unprocessed-events";

const MATCH_OBSERVATIONS = "observation-upsert-processor";
const MATCH_LARGE_OBSERVATIONS = "large-observation-processor";

/** The condition in CEL for small events. An event without a stamp counts as small. */
const SMALL = "event.data.stamp == null || event.data.stamp.large != true";

/** The ids of the functions that match applications' events with triggers. */
export const MATCHING_FUNCTION_IDS: readonly string[] = [MATCH_OBSERVATIONS, MATCH_LARGE_OBSERVATIONS];

/**
 * Makes the function that receives applications' events in batches of one project and matches them with triggers. Then
 * it delivers the waiting executions of these events, or asks for their delivery.
 *
 * On an Inngest server a batch waits for its timeout. So the event endpoint marks the events of a project that sends
 * few, and such an event runs at once and alone. The embedded engine starts a batch at once if the project has none
 * running. The function has no steps: it may run twice without further effect, and each step would cost one more call.
 */
export function makeObservationProcessor(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: MATCH_OBSERVATIONS,
      name: "Match observations",
      triggers: listEventSources().map((source) => ({ event: makeSourceEvent(source.name), if: SMALL })),
      batchEvents: { maxSize: 100, timeout: "1s", key: "event.data.projectId", if: "event.data.alone != true" },
      concurrency: { limit: 4 },
      retries: 10,
    },
    ({ events }) => matchObservations(deps, events),
  );
}

/**
 * Makes the function for large events. Only one of its runs executes at a time, and projects take turns. So large
 * events never delay small ones. After each batch it pauses for as long as the batch took, up to 1 s. So large events
 * use about half of the process and the database.
 */
export function makeLargeObservationProcessor(client: Inngest, deps: FunctionDependencies) {
  return client.createFunction(
    {
      id: MATCH_LARGE_OBSERVATIONS,
      name: "Match large observations",
      triggers: listEventSources().map((source) => ({
        event: makeSourceEvent(source.name),
        if: "event.data.stamp.large == true",
      })),
      batchEvents: { maxSize: 10, timeout: "1s", key: "event.data.projectId", if: "event.data.alone != true" },
      concurrency: { limit: 1 },
      retries: 10,
    },
    async ({ events }) => {
      const began = performance.now();
      const outcome = await matchObservations(deps, events);
      await pause(Math.min(performance.now() - began, PAUSE_MAX_MS));
      return outcome;
    },
  );
}

/** The longest pause after a batch of large events, in ms. A slow database must not lead to ever longer pauses. */
const PAUSE_MAX_MS = 1_000;

async function matchObservations(deps: FunctionDependencies, events: readonly EventForFunction[]) {
  await deliverAtOnce(deps.ctx, deps.delivery, await decideBatch(deps, events));
  return { events: events.length };
}

/** Matches the readable events of a batch, and stores the unreadable ones as rejected events. */
async function decideBatch(deps: FunctionDependencies, events: readonly EventForFunction[]): Promise<ActionWake[]> {
  const { groups, refused } = await groupStampedEvents(deps, events);
  await storeRefusedEventsAsRejected(deps.ctx, refused);
  const wakes: ActionWake[] = [];
  for (const group of groups) {
    const { events: traced, end } = startBatchSpans(deps.ctx.tracing, group.events);
    let problem: string | undefined = "The batch could not be decided.";
    try {
      wakes.push(...(await createExecutions(deps.ctx, deps.triggers, { ...group, events: traced })));
      problem = undefined;
    } finally {
      end(problem);
    }
  }
  return wakes;
}
