import type { EventSource } from "@/domain/event-source/event-source";
import { getEventSource } from "@/domain/event-source/registry";
import { buildEnvelope } from "@/domain/action/webhook/envelope";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/errors";
import { lockCaps, lockExecutions, lockObservations, seenEvents } from "./action-creation/load";
import { answerAhead } from "./action-creation/match";
import { parseEvents } from "./action-creation/parse";
import { planBatch, type PlanInput } from "./action-creation/plan";
import type { BatchEvent, CancelItem, DispatchItem, ExecutionDraft, ParsedEvent } from "./action-creation/types";
import {
  writeCounters,
  writeDecisions,
  writeEvaluated,
  writeExecutions,
  writeObservations,
  writeRejected,
  writeRevisions,
} from "./action-creation/write";
import type { TriggerCache } from "./trigger-cache";

export type CreateActionsInput = { projectId: string; eventSource: string; events: BatchEvent[] };
export type CreateActionsResult = { dispatch: DispatchItem[]; cancel: CancelItem[] };

/**
 * The ActionCreationService: stores the latest state of each source id and decides for each event, trigger and
 * action, all of a batch in one transaction (state, decisions, executions, counters).
 *
 * Returns every undispatched PENDING execution of the batch's source ids, not only the new ones, so that a crash
 * between the commit and the dispatch leaves nothing behind. Repeating a batch changes nothing.
 * A batch that cannot be written is split until the event at fault is alone; that one becomes a rejected event.
 */
export async function createActions(
  ctx: ServiceContext,
  cache: TriggerCache,
  input: CreateActionsInput,
): Promise<CreateActionsResult> {
  try {
    return await runBatch(ctx, cache, input);
  } catch (error) {
    if (isTransientDatabaseError(error)) throw error;
    if (input.events.length > 1) {
      const middle = Math.ceil(input.events.length / 2);
      const left = await createActions(ctx, cache, { ...input, events: input.events.slice(0, middle) });
      const right = await createActions(ctx, cache, { ...input, events: input.events.slice(middle) });
      return { dispatch: [...left.dispatch, ...right.dispatch], cancel: [...left.cancel, ...right.cancel] };
    }
    ctx.log.error({ err: error, eventId: input.events[0]?.id }, "an event could not be processed and was rejected");
    await writeRejected(
      ctx.db,
      input.projectId,
      input.events.map((event) => ({ event, reason: `It could not be processed: ${shortMessage(error)}` })),
      ctx.now(),
    );
    return { dispatch: [], cancel: [] };
  }
}

async function runBatch(
  ctx: ServiceContext,
  cache: TriggerCache,
  { projectId, eventSource, events }: CreateActionsInput,
): Promise<CreateActionsResult> {
  const now = ctx.now();
  const source = getEventSource(eventSource);
  if (!source) {
    await writeRejected(
      ctx.db,
      projectId,
      events.map((event) => ({ event, reason: `The event source ${eventSource} is not registered.` })),
      now,
    );
    return { dispatch: [], cancel: [] };
  }
  const { parsed, rejected } = parseEvents(source, events, now);

  const result = await ctx.db.$transaction(async (tx) => {
    await writeRejected(tx, projectId, rejected, now);
    if (parsed.length === 0) return { dispatch: [], cancel: [] };
    const sourceIds = [...new Set(parsed.map((event) => event.sourceId))];
    const triggers = await cache.load(tx, projectId, eventSource);
    const createdThisHour = await lockCaps(tx, triggers.byId.values(), now);
    const { stored, inserted } = await lockObservations(tx, projectId, source, parsed, now);
    const seen = await seenEvents(
      tx,
      projectId,
      parsed.map((event) => event.id),
    );
    const executions = await lockExecutions(tx, projectId, eventSource, sourceIds);

    const fresh = firstOfEach(parsed, seen);
    const answers = await answerAhead(ctx.patterns, { projectId, triggers, events: fresh, executions });
    const plan = planBatch({
      source,
      events: fresh,
      stored,
      executions,
      triggers,
      answers,
      createdThisHour,
      now,
      buildInput: inputBuilder(ctx, source, projectId),
    });
    const outgoing = takeDispatch(projectId, plan.executions, now);
    await writeObservations(tx, projectId, source, plan, inserted, now);
    await writeRevisions(tx, projectId, eventSource, plan, now);
    await writeExecutions(tx, projectId, eventSource, plan.executions, now);
    await writeDecisions(tx, projectId, eventSource, plan.decisions, now);
    await writeCounters(tx, projectId, plan.counters, now);
    await writeEvaluated(tx, { projectId, eventSource, revision: triggers.revision, events: plan.evaluated }, now);
    return outgoing;
  });
  ctx.live.touch(projectId, "observations");
  if (result.dispatch.length > 0 || result.cancel.length > 0) ctx.live.touch(projectId, "executions");
  return result;
}

/** Without events that were handled before, and without copies inside the batch. */
function firstOfEach(events: readonly ParsedEvent[], seen: ReadonlySet<string>): ParsedEvent[] {
  const taken = new Set(seen);
  return events.filter((event) => !taken.has(event.id) && taken.add(event.id));
}

/** Raises the generation of every undispatched PENDING execution and lists what is to be sent after the commit. */
export function takeDispatch(projectId: string, executions: readonly ExecutionDraft[], now: Date): CreateActionsResult {
  const dispatch: DispatchItem[] = [];
  const cancel: CancelItem[] = [];
  for (const execution of executions) {
    if (execution.status === "PENDING" && execution.dispatchedAt === null) {
      execution.generation += 1;
      if (execution.change === "none") execution.change = "update";
      dispatch.push(dispatchItem({ ...execution, projectId }, now));
    } else if (execution.status === "CANCELLED" && execution.change === "update" && execution.dispatchedAt !== null) {
      cancel.push({ executionId: execution.id, generation: execution.generation });
    }
  }
  return { dispatch, cancel };
}

type Dispatchable = Pick<
  ExecutionDraft,
  "id" | "actionId" | "generation" | "dueAt" | "attemptCount" | "scheduleStart"
> & { projectId: string };

/** A first attempt that is due shares a run; a delay or an attempt made before asks for a run of its own. */
export function dispatchItem(execution: Dispatchable, now: Date): DispatchItem {
  return {
    projectId: execution.projectId,
    executionId: execution.id,
    actionId: execution.actionId,
    generation: execution.generation,
    dueAt: execution.dueAt.toISOString(),
    first: execution.dueAt.getTime() <= now.getTime() && execution.attemptCount === execution.scheduleStart,
  };
}

/** Makes the bytes that an action is given. */
export function inputBuilder(ctx: ServiceContext, source: EventSource, projectId: string): PlanInput["buildInput"] {
  return ({ event, trigger, action, executionId }) =>
    buildEnvelope({
      source: { name: source.name, noun: source.noun },
      apiVersion: "v1",
      timestamp: new Date(event.ts),
      trigger: { id: trigger.id, name: trigger.name },
      executionId,
      url: `${ctx.env.appUrl}/projects/${projectId}/executions/${executionId}`,
      observation: source.actionInput(event.payload, action.detail),
    });
}

function shortMessage(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n").at(-1) ?? error.name).slice(0, 300) : String(error);
}
