import type { EventSource } from "@/domain/event-source/event-source";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** One query reads at most this many revisions, because each may be as large as an event. */
const REVISIONS = 20;
const REMOVED_BODY = '{"removed": true}';
const REMOVED_SEEN = "the value seen was removed";

export type ExpungeResult = {
  id: string;
  executions: number;
  /**
   * whether the engine's copies of the events were cleared; false with an Inngest server, which keeps its events until
   * its own retention ends
   */
  engineCleared: boolean;
};

/**
 * Removes the input, output and metadata of one subject from every place that stores them. These places are its state
 * and revisions, requests and responses, decisions, rejected events, the test endpoint, and the events of the embedded
 * engine. The rows stay, so that the subject does not fire again. Later events of the subject are stored as usual.
 */
export async function expungeBodiesOfSubject(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
): Promise<ExpungeResult> {
  requirePermission(ctx, "body:expunge");
  const eventSource = input.eventSource ?? DEFAULT_EVENT_SOURCE_NAME;
  const source = getEventSource(eventSource);
  if (!source)
    throw new AppError("BAD_REQUEST", `There is no event source called ${eventSource}.`, {
      fields: { eventSource: "Choose an event source." },
    });
  const done = await ctx.db.$transaction((tx) => expunge(ctx, tx, { source, id: input.observationId }));
  ctx.live.touch(ctx.projectId, "observations");
  ctx.live.touch(ctx.projectId, "executions");
  return done;
}

type Where = { projectId: string; eventSource: string; id: string };

async function expunge(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { source, id }: { source: EventSource; id: string },
): Promise<ExpungeResult> {
  const where = { projectId: ctx.projectId, eventSource: source.name, id };
  // The code that matches events locks the same rows in the same order, so that the two do not deadlock.
  const isKnown = await clearState(tx, source, where);
  const executions = await clearExecutions(tx, where, ctx.now());
  if (!isKnown && executions.length === 0) throw makeNotFoundError(source.noun.one);
  const eventIds = new Set(executions.map(({ eventId }) => eventId));
  for (const eventId of await clearRevisions(tx, source, where)) eventIds.add(eventId);
  for (const eventId of await clearRejected(tx, where)) eventIds.add(eventId);
  await clearDecisions(tx, where);
  // All requests to the test endpoint are deleted, because a template may have put bodies into any of them.
  await tx.testReceipt.deleteMany({ where: { projectId: ctx.projectId } });
  await writeAuditEntry(ctx, tx, {
    action: "observation.expunge",
    targetId: id,
    summary: `Expunged the bodies of the ${source.noun.one} ${id} and of its ${executions.length} executions.`,
  });
  // The engine's events are cleared last, because the engine cannot undo its part if this transaction fails.
  const { engine } = ctx;
  if (engine.kind === "embedded")
    await engine.inspect.rewriteEvents([...eventIds], [ctx.projectId], (data) => withoutBodies(source, data));
  return { id, executions: executions.length, engineCleared: engine.kind === "embedded" };
}

/**
 * Returns the data of an event in the engine without its input, output and metadata. The event endpoint's stamp
 * stays, without the body inside it, so that a repeat of the event is recognized.
 */
function withoutBodies(
  source: EventSource,
  { projectId, v, stamp, ...data }: Record<string, unknown>,
): Record<string, unknown> {
  const { json, ...known } = (stamp ?? {}) as Record<string, unknown>;
  const parsed = source.payload.safeParse(typeof json === "string" ? parseJson(json) : data);
  const kept = parsed.success ? (source.withoutBodies(parsed.data) as object) : {};
  return {
    ...(json === undefined ? kept : {}),
    projectId,
    ...(v === undefined ? {} : { v }),
    ...(stamp === undefined ? {} : { stamp: json === undefined ? stamp : { ...known, json: stringifyJson(kept) } }),
  };
}

const strip = (source: EventSource, state: string): string => stringifyJson(source.withoutBodies(parseJson(state)));

/** Removes the bodies from a subject's stored state. Returns whether the subject is stored. */
async function clearState(
  tx: DatabaseOrTransaction,
  source: EventSource,
  { projectId, eventSource, id }: Where,
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ state: string | null }[]>`
    SELECT state FROM observation WHERE project_id = ${projectId} AND event_source = ${eventSource} AND id = ${id}
      FOR UPDATE`;
  if (row?.state == null) return row !== undefined;
  await tx.$executeRaw`
    UPDATE observation SET state = ${strip(source, row.state)}
      WHERE project_id = ${projectId} AND event_source = ${eventSource} AND id = ${id}`;
  return true;
}

/** Removes the bodies from a subject's stored revisions. Returns the ids of the subject's events. */
async function clearRevisions(
  tx: DatabaseOrTransaction,
  source: EventSource,
  { projectId, eventSource, id }: Where,
): Promise<string[]> {
  const mine = { projectId, eventSource, observationId: id };
  for (let after = ""; ;) {
    const rows = await tx.observationRevision.findMany({
      where: { ...mine, eventId: { gt: after }, state: { not: null } },
      orderBy: { eventId: "asc" },
      take: REVISIONS,
      select: { eventId: true, state: true },
    });
    for (const { eventId, state } of rows) {
      await tx.observationRevision.update({
        where: { projectId_eventId: { projectId, eventId } },
        data: { state: strip(source, state!) },
        select: { eventId: true },
      });
    }
    if (rows.length < REVISIONS) break;
    after = rows.at(-1)!.eventId;
  }
  return (await tx.observationRevision.findMany({ where: mine, select: { eventId: true } })).map(
    ({ eventId }) => eventId,
  );
}

/**
 * Removes the bodies of requests and responses. Attempts on the wire get a mark, so that their answers are not stored
 * either.
 */
async function clearExecutions(
  tx: DatabaseOrTransaction,
  { projectId, eventSource, id }: Where,
  now: Date,
): Promise<{ id: string; eventId: string }[]> {
  const rows = await tx.$queryRaw<{ id: string; eventId: string }[]>`
    SELECT id, event_id AS "eventId" FROM action_execution WHERE project_id = ${projectId} AND source_id = ${id}
      AND event_source = ${eventSource}
    ORDER BY id FOR UPDATE`;
  const ids = rows.map((row) => row.id);
  await tx.$executeRaw`
    UPDATE action_execution
      SET input = NULL, updated_at = ${now}, status_seen = CASE WHEN status_seen IS NOT NULL THEN ${REMOVED_SEEN} END
    WHERE id = ANY(${ids}::text[])`;
  await tx.$executeRaw`
    UPDATE action_attempt
      SET response_body = NULL, response_headers = NULL, request = request || '{"expunged": true}'::jsonb
    WHERE execution_id = ANY(${ids}::text[])`;
  return rows;
}

const clearDecisions = (tx: DatabaseOrTransaction, { projectId, eventSource, id }: Where) => tx.$executeRaw`
  UPDATE decision SET seen = ${REMOVED_SEEN}
  WHERE seen IS NOT NULL AND project_id = ${projectId} AND source_id = ${id} AND event_source = ${eventSource}`;

/**
 * Removes the bodies of rejected events that mention the subject's id. Their JSON may be cut, so the id is searched in
 * the text. Returns the ids of the events.
 */
async function clearRejected(tx: DatabaseOrTransaction, { projectId, eventSource, id }: Where): Promise<string[]> {
  const mention = `"id":${JSON.stringify(id)}`;
  const rows = await tx.$queryRaw<{ eventId: string }[]>`
    UPDATE rejected_event SET body = ${REMOVED_BODY} WHERE project_id = ${projectId} AND name = ${eventSource}
      AND position(${mention} in body) > 0
    RETURNING event_id AS "eventId"`;
  return rows.map(({ eventId }) => eventId);
}
