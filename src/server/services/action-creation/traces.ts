import { createHash } from "node:crypto";
import {
  joinTraceAttributes,
  unknownTraceAttributes,
  type TraceAttributes,
} from "@/domain/opentelemetry/map/trace-attributes";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { toJsonParameter } from "@/server/db/json-parameter";
import type { ParsedEvent } from "./types";
import type { BatchEvent } from "../batch-event";

/** The project and the event source to which traces belong. */
type Place = { projectId: string; eventSource: string };

/** A trace whose new attributes must be added to subjects that are stored already. */
export type TraceToFill = { traceId: string; revision: number; keyId: string | null; depth: number };

/** The attributes of a batch's traces, by trace id, and the traces whose stored subjects still lack attributes. */
export type RecordedTraceAttributes = { attributes: ReadonlyMap<string, TraceAttributes>; toFill: TraceToFill[] };

/**
 * The stored attributes of a trace. `newsIds`: ids of the latest 50 events that brought only attributes and no subject.
 * They are kept here to recognize a repeat.
 */
type StoredTrace = TraceAttributes & { newsIds?: string[] };

type Row = { traceId: string; attributes: string; revision: number; filledRevision: number; isNew: boolean };

const NEWS_IDS_MAX = 50;

/**
 * Stores the trace attributes (such as user and session) that a batch's events bring, and returns all known ones. It
 * locks the traces in the order of their ids, so that two batches about one trace wait for each other. Subjects of
 * this batch and later ones get the attributes directly. `toFill` names traces whose stored subjects need them.
 * @param seen ids of events that an earlier batch handled; they bring nothing new
 */
export async function recordTraceAttributes(
  tx: DatabaseOrTransaction,
  {
    projectId,
    eventSource,
    events,
    seen,
    now,
  }: Place & { events: readonly BatchEvent[]; seen: ReadonlySet<string>; now: Date },
): Promise<RecordedTraceAttributes> {
  const news = new Map<string, BatchEvent[]>();
  for (const event of events) if (event.trace) news.set(event.trace.id, [...(news.get(event.trace.id) ?? []), event]);
  if (news.size === 0) return { attributes: new Map(), toFill: [] };
  const fresh = [...news].map(([id, of]) => ({ id, attributes: JSON.stringify(learned(null, of, seen)) }));
  const rows = await tx.$queryRaw<Row[]>`/* prepared */
    INSERT INTO trace_attributes AS t (project_id, event_source, trace_id, attributes, seen_at)
    SELECT ${projectId}, ${eventSource}, r.id, r.attributes, ${now}
    FROM json_to_recordset(${toJsonParameter(fresh)}::json) AS r(id text, attributes text) ORDER BY r.id COLLATE "C"
    ON CONFLICT (project_id, event_source, trace_id) DO UPDATE SET seen_at = excluded.seen_at
    RETURNING trace_id AS "traceId", attributes, revision, filled_revision AS "filledRevision", (xmax = 0) AS "isNew"`;
  const attributes = new Map<string, TraceAttributes>();
  const changed: { id: string; attributes: string }[] = [];
  const toFill: TraceToFill[] = [];
  for (const row of rows) {
    const of = news.get(row.traceId)!;
    const known = JSON.parse(row.attributes) as StoredTrace;
    const joined = row.isNew ? known : learned(known, of, seen);
    attributes.set(row.traceId, joined);
    const text = JSON.stringify(joined);
    if (text !== row.attributes) changed.push({ id: row.traceId, attributes: text });
    const revision = row.revision + (text === row.attributes ? 0 : 1);
    if (revision === row.filledRevision) continue;
    const depth = Math.max(...of.map((event) => event.depth));
    toFill.push({ traceId: row.traceId, revision, keyId: of[0]!.keyId, depth });
  }
  if (changed.length > 0)
    await tx.$executeRaw`/* prepared */
      UPDATE trace_attributes AS t SET attributes = r.attributes, revision = t.revision + 1
      FROM json_to_recordset(${toJsonParameter(changed)}::json) AS r(id text, attributes text)
      WHERE t.project_id = ${projectId} AND t.event_source = ${eventSource} AND t.trace_id = r.id`;
  return { attributes, toFill };
}

function learned(known: StoredTrace | null, events: readonly BatchEvent[], seen: ReadonlySet<string>): StoredTrace {
  const newsIds = [...(known?.newsIds ?? [])];
  let joined: TraceAttributes = known ?? events[0]!.trace!.attributes;
  for (const { id, trace, isFill } of events) {
    if (isFill || seen.has(id) || newsIds.includes(id)) continue;
    joined = joinTraceAttributes(joined, trace!.attributes);
    if (trace!.isAlone) newsIds.push(id);
  }
  const { newsIds: _before, ...attributes } = joined as StoredTrace;
  return newsIds.length === 0 ? attributes : { ...attributes, newsIds: newsIds.slice(-NEWS_IDS_MAX) };
}

/**
 * Limits for adding attributes to a trace's stored subjects: the most subjects, their greatest age in ms, and
 * the most bytes of one slice. They are limited because triggers decide about each of them again.
 */
const FILL = { subjectsMax: 500, withinMs: 3_600_000, bytesMax: 4 * 1024 * 1024 };

/**
 * Makes events that add a trace's attributes to its stored subjects: the 500 newest of the last hour, in slices of at
 * most 4 MiB. A larger state is alone in its slice. A repeat for the same revision of the trace makes the same event
 * ids, so that it changes nothing.
 */
export async function makeTraceFillEvents(
  ctx: ServiceContext,
  { projectId, eventSource }: Place,
  { traceId, revision, keyId, depth }: TraceToFill,
): Promise<ParsedEvent[][]> {
  const since = new Date(ctx.now().getTime() - FILL.withinMs);
  const rows = await ctx.db.$queryRaw<{ id: string; bytes: number }[]>`/* prepared */
    SELECT id, octet_length(state) AS bytes FROM observation
    WHERE project_id = ${projectId} AND event_source = ${eventSource} AND trace_id = ${traceId}
      AND first_received_at > ${since} AND state IS NOT NULL
    ORDER BY first_received_at DESC, id DESC LIMIT ${FILL.subjectsMax}`;
  const slices: ParsedEvent[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    bytes += row.bytes;
    if (bytes > FILL.bytesMax) {
      slices.push([]);
      bytes = row.bytes;
    }
    slices.at(-1)!.push({
      ...{ id: fillId(traceId, revision, row.id), name: eventSource, sourceId: row.id, keyId, depth },
      ...{ isFill: true, trace: { id: traceId, attributes: unknownTraceAttributes } },
      // These are placeholders. `mergeAndFillEventStates` takes the values from the stored row.
      ...{ data: null, payload: null, state: "", ts: 0, orderAt: 0, receivedMicros: 0, place: 0 },
      ...{ ended: false, sanitized: false },
    });
  }
  return slices;
}

const fillId = (traceId: string, revision: number, sourceId: string): string =>
  `trace-fill:${createHash("sha256")
    .update(JSON.stringify([traceId, revision, sourceId]))
    .digest("base64url")
    .slice(0, 26)}`;

/** Records that the stored subjects of a trace have all attributes of the given revision. */
export async function markTraceFilled(ctx: ServiceContext, { projectId, eventSource }: Place, trace: TraceToFill) {
  await ctx.db.$executeRaw`/* prepared */
    UPDATE trace_attributes SET filled_revision = ${trace.revision}
    WHERE project_id = ${projectId} AND event_source = ${eventSource} AND trace_id = ${trace.traceId}
      AND filled_revision < ${trace.revision}`;
}
