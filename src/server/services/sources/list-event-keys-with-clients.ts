import type { ObservationClient, ObservationClientCounts } from "@/domain/sources/observation-client";
import { listHintsForClient } from "@/domain/sources/hints-for-client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import type { NotObservedReason } from "./count-event-key-use";

const HOUR_MS = 3_600_000;
const KEYS_MAX = 100;
/** The list shows at most this many clients, and this many reasons, for each key; the most frequent first. */
const ROWS_MAX = 30;

/** The counts of one client library with an event key in the last 24 hours. */
type ClientRow = ObservationClient & {
  figures: ObservationClientCounts;
  perMinute: number;
  lastAt: Date;
  hints: string[];
};
/** Received items of the last 24 hours that were not accepted, for one reason. */
type NotTakenRow = { kind: NotObservedReason; reason: string; count: number; lastAt: Date };
export type EventKeyWithClients = {
  id: string;
  name: string;
  last4: string;
  llmSpansOnly: boolean;
  clients: ClientRow[];
  notTaken: NotTakenRow[];
};

type Row = ObservationClientCounts & { keyId: string; kind: string; name: string; recent: number; lastAt: Date };

/**
 * Lists the project's newest 100 event keys, with the client libraries that used each key in the last 24 hours. Revoked
 * keys are left out.
 */
export async function listEventKeysWithClients(ctx: ProjectContext): Promise<EventKeyWithClients[]> {
  requirePermission(ctx, "eventKey:manage");
  const keys = await ctx.db.eventKey.findMany({
    where: { projectId: ctx.projectId, revokedAt: null },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: KEYS_MAX,
    select: { id: true, name: true, last4: true, llmSpansOnly: true },
  });
  const now = ctx.now();
  // Counters are hourly. So `perMinute` is the mean over the last full hour and the current hour so far.
  const since = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - HOUR_MS);
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT key_id AS "keyId", kind, name, sum(events)::int AS events, sum(llm)::int AS llm,
      sum(without_content)::int AS "withoutContent",
      sum(without_cost)::int AS "withoutCost", sum(without_user)::int AS "withoutUser", sum(errors)::int AS errors,
      (coalesce(sum(events) FILTER (WHERE hour >= ${since}), 0))::int AS recent, max(last_at) AS "lastAt"
    FROM source_counter WHERE key_id = ANY(${keys.map(({ id }) => id)}::text[])
      AND hour > ${now}::timestamptz - interval '24 hours'
    GROUP BY key_id, kind, name ORDER BY sum(events) DESC, name`;
  const minutes = Math.max(1, (now.getTime() - since.getTime()) / 60_000);
  return keys.map((key) => {
    const mine = rows.filter(({ keyId }) => keyId === key.id);
    const clients = mine.filter(({ kind }) => kind === "client").map((row) => clientRow(row, minutes));
    const notTaken = mine.filter(({ kind }) => kind !== "client").map(notTakenRow);
    return { ...key, clients: clients.slice(0, ROWS_MAX), notTaken: notTaken.slice(0, ROWS_MAX) };
  });
}

function clientRow({ keyId: _key, kind: _kind, name, recent, lastAt, ...figures }: Row, minutes: number): ClientRow {
  const [protocol, sdk, sdkVersion, convention] = JSON.parse(name) as [
    string,
    string | null,
    string | null,
    string | null,
  ];
  const client = { protocol, sdk, sdkVersion, convention };
  return { ...client, figures, perMinute: recent / minutes, lastAt, hints: listHintsForClient(client, figures) };
}

const notTakenRow = ({ kind, name, events, lastAt }: Row): NotTakenRow => ({
  ...{ kind: kind as NotObservedReason, reason: name, count: events, lastAt },
});
