import { parseJson } from "@/domain/json/read-json";
import { getEventSource } from "@/domain/event-source/registry";
import type { EventSource } from "@/domain/event-source/event-source";
import type { FilterResultOfState } from "@/server/compute/compute";
import { isRegexOverBudget } from "@/server/compute/regex-results";
import { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { makeEnvelopeBuilder, makeWakesOfExecutions } from "../action-creation/create-executions";
import { lockAndCountExecutionsOfCappedTriggers, lockExecutions } from "../action-creation/lock-rows";
import { planBackfill } from "../action-creation/plan-batch";
import type { ParsedEvent } from "../action-creation/types";
import { writeRowsTogether } from "@/server/db/write-rows-together";
import { makeDecisionInsert, makeExecutionWrites } from "../action-creation/write-batch";
import { makeTriggerCounterUpsert } from "../trigger-counters";
import { JobError, type JobKindRunner, type RunningJob } from "../jobs/types";
import { BackfillJobParams } from "./backfill-job-params";
import { loadTriggerVersion } from "./load-trigger-version";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";

/**
 * One chunk evaluates at most this many states, and at most this many bytes of states. The first state of a chunk may
 * be larger.
 */
const ROWS_MAX = 500;
const BYTES_MAX = 8 * 1024 * 1024;
const HOUR_MS = 3_600_000;
/**
 * How long a backfill pauses after its regular expressions have used up their time budget, ms. A part of the budget
 * comes back meanwhile.
 */
const OUT_OF_TIME_MS = 4_000;

/**
 * Runs backfill jobs: a trigger over stored subjects, oldest first, by the same rules as over new events.
 * Executions that exist already stay unchanged.
 */
export const backfillJobRunner: JobKindRunner = {
  async runChunk(ctx, tx, { job, max }) {
    const params = BackfillJobParams.parse(job.params);
    const source = getEventSource(params.eventSource);
    const trigger = await loadTriggerVersion(tx, {
      projectId: job.projectId,
      triggerId: job.subjectId!,
      version: params.triggerVersion,
    });
    if (!trigger || !source) throw new JobError("The trigger was deleted.");
    if (trigger.problem !== null) throw new JobError(`The filter cannot be evaluated: ${trigger.problem}`);
    const now = ctx.now();
    const created = (await lockAndCountExecutionsOfCappedTriggers(tx, [trigger], now)).get(trigger.id) ?? 0;
    const room = trigger.capPerHour === null ? max : Math.min(max, trigger.capPerHour - created);
    if (room <= 0)
      return {
        ...nothing,
        waitUntil: {
          at: nextHour(now),
          reason: "Waits for the next hour: the trigger's cap of executions an hour is reached.",
        },
      };

    const page = await nextPage(tx, job, params);
    const events = await lockStates(tx, { projectId: job.projectId, source, page });
    const executions = await lockExecutions(tx, {
      projectId: job.projectId,
      eventSource: source.name,
      sourceIds: events.map((event) => event.sourceId),
    });
    const found = (await filterEvaluatorsOf(ctx, job.projectId)).filter(
      { projectId: job.projectId, purpose: "jobs" },
      { eventSource: source.name, filter: trigger.filter!.tree, states: events.map(({ state }) => state) },
    );
    const { plan, processed } = await planBackfill({
      source,
      events,
      matches: () => nextInTime(found),
      executions,
      trigger,
      jobId: job.id,
      executionsMax: room,
      now,
      buildInput: makeEnvelopeBuilder(ctx, source, job.projectId),
    });
    const counter = plan.counters.get(trigger.id)!;
    const batch = { projectId: job.projectId, eventSource: source.name, now };
    await writeRowsTogether(tx, [
      ...makeExecutionWrites(batch, plan.executions),
      makeDecisionInsert(batch, plan.decisions),
      makeTriggerCounterUpsert(batch, new Map([[trigger.id, counter]])),
    ]);

    // A state that has changed since its page was read counts as processed, because its new event was decided.
    const isWhole = processed === events.length;
    const last = isWhole ? page.at(-1) : page.find(({ id }) => id === events[processed - 1]?.sourceId);
    const isOutOfTime = !isWhole && counter.created < room;
    return {
      processed: isWhole ? page.length : last ? page.indexOf(last) + 1 : 0,
      matched: counter.matched,
      created: counter.created,
      cursor: last ? { at: last.at, id: last.id } : null,
      isDone: isWhole && page.length === 0,
      wakes: makeWakesOfExecutions(job.projectId, plan.executions),
      ...(isOutOfTime
        ? {
            waitUntil: {
              at: new Date(now.getTime() + OUT_OF_TIME_MS),
              reason: "Waits: the regular expressions of its trigger have used up their time for now.",
            },
          }
        : {}),
    };
  },
};

/**
 * Tells whether the next state matches the filter; null if no state is left, or if the regular expressions have used up
 * their time budget.
 */
async function nextInTime(found: AsyncGenerator<FilterResultOfState, void>): Promise<boolean | null> {
  try {
    const { value } = await found.next();
    return value ? value.result.matched : null;
  } catch (error) {
    if (isRegexOverBudget(error)) return null;
    throw error;
  }
}

const nothing = { processed: 0, matched: 0, created: 0, cursor: null, isDone: false, wakes: [] };
const nextHour = (now: Date): Date => new Date((Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS);

type PageRow = { id: string; at: Date; bytes: number };

/** Reads the ids and sizes of the next states after the job's cursor, in the order in which they were received. */
async function nextPage(
  tx: DatabaseOrTransaction,
  { projectId, cursor }: RunningJob,
  { eventSource, from, to }: BackfillJobParams,
): Promise<PageRow[]> {
  const behind = cursor
    ? Prisma.sql`AND (received_at, id) > (${cursor.at}, ${cursor.id})`
    : Prisma.sql`AND received_at >= ${from}`;
  const rows = await tx.$queryRaw<PageRow[]>`
    SELECT id, received_at AS at, octet_length(state) AS bytes FROM observation
    WHERE project_id = ${projectId} AND event_source = ${eventSource} AND received_at < ${to} ${behind}
      AND state IS NOT NULL
    ORDER BY received_at, id LIMIT ${ROWS_MAX}`;
  let bytes = 0;
  return rows.filter((row, index) => (bytes += row.bytes) <= BYTES_MAX || index === 0);
}

/**
 * Locks the states of a page and returns them as events, in the page's order. Until the chunk commits, no newer event
 * can change these states. It leaves out states that changed since the page was read.
 */
async function lockStates(
  tx: DatabaseOrTransaction,
  { projectId, source, page }: { projectId: string; source: EventSource; page: readonly PageRow[] },
): Promise<ParsedEvent[]> {
  if (page.length === 0) return [];
  const rows = await tx.$queryRaw<
    { id: string; at: Date; state: string; orderAt: Date; orderTs: Date; lastEventId: string; sanitized: boolean }[]
  >`
    SELECT id, received_at AS at, state, order_at AS "orderAt", order_ts AS "orderTs", last_event_id AS "lastEventId",
      sanitized FROM observation
    WHERE project_id = ${projectId} AND event_source = ${source.name} AND id = ANY(${page.map(({ id }) => id)}::text[])
      AND state IS NOT NULL
    ORDER BY id COLLATE "C" FOR UPDATE`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return page.flatMap(({ id, at }) => {
    const row = byId.get(id);
    if (row?.at.getTime() !== at.getTime()) return [];
    const { state, orderAt, orderTs, lastEventId, sanitized } = row;
    const payload: unknown = parseJson(state);
    return [
      {
        id: lastEventId,
        name: source.name,
        ts: orderTs.getTime(),
        data: payload,
        payload,
        state,
        sourceId: id,
        orderAt: orderAt.getTime(),
        // The order of receipt matters only between events of one subject, and a chunk has one event of each subject.
        receivedMicros: 0,
        place: 0,
        ended: false,
        keyId: null,
        depth: 0,
        sanitized,
      },
    ];
  });
}
