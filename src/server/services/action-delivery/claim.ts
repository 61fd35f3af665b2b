import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { newId } from "@/server/ids";
import { transition } from "@/domain/execution";
import { admit, limitsOf } from "./endpoint";
import { park, type Parked } from "./parked";
import { prepareBody, prepareRequest } from "./request";
import type { Claim, ClaimedExecution, PreparedRequest, Verdict } from "./types";

/** How long after the request's own deadline a lease still holds. */
const LEASE_MARGIN_MS = 15_000;
const TOTAL_TIMEOUT_MAX_MS = 20_000;
/** What making bodies may take of one transaction; what is left then is made in others. */
const BODIES_MAX_MS = 1_000;
/** A body that took longer lets others have their turn. */
const BODY_SLOW_MS = 5;

/**
 * @property freezes whether this attempt settles the bytes; not one that found no bytes to send
 * @property rendered the bytes, where they are not those that are stored
 */
export type Claimed = {
  claimed: ClaimedExecution;
  request: PreparedRequest;
  freezes: boolean;
  rendered: string | null;
};
/**
 * @property width how many of them may be on the wire at once
 * @property postponed still PENDING, for runs of their own: making bodies took too long to make theirs
 * @property busy still PENDING: their endpoint has a free slot in a moment
 * @property parked those that wait without a run, by when the first of them is due
 */
export type ClaimResult = {
  actionId: string;
  claimed: Claimed[];
  width: number;
  unclaimed: Verdict[];
  postponed: Claim[];
  busy: Claim[];
  parked: { projectId: string; actionId: string; at: Date } | null;
};

/**
 * @property wanted requests at once
 * @property waits what becomes of those that find no room: shared runs leave them parked, or are told that they are busy;
 *   a run of their own comes again
 */
export type ClaimOptions = { wanted: number; waits: "parked" | "busy" | "own run" };

type Row = {
  id: string;
  projectId: string;
  triggerId: string;
  actionId: string;
  status: "PENDING" | "RUNNING" | "COMPLETED" | "ERROR" | "CANCELLED" | "SKIPPED";
  generation: number;
  dueAt: Date;
  input: string | null;
  inputFrozenAt: Date | null;
  attemptCount: number;
  scheduleStart: number;
  unknownCount: number;
  isResend: boolean;
  depth: number;
  triggerDeletedAt: Date | null;
  actionType: string;
  configuration: unknown;
  actionVersion: number;
  actionDisabledAt: Date | null;
  actionDisabledReason: string | null;
  actionDeletedAt: Date | null;
  projectDeletedAt: Date | null;
  isDemo: boolean;
};

/** Something was switched off or deleted between the look at it and the claim. */
class RefusedMeanwhile extends Error {}
const REFUSED_TRIES_MAX = 5;

/**
 * Takes executions for sending, in one transaction: PENDING to RUNNING only where generation, status, action and
 * trigger allow it, with a lease, the next attempt number, and the attempt's row written before any request leaves.
 * What an action that is off would have sent becomes SKIPPED; what was deleted meanwhile becomes CANCELLED.
 * What the endpoint's breaker, slots or rate leave no room for stays PENDING and gets a turn.
 * @param claims of one action
 */
export async function claim(
  ctx: ServiceContext,
  claims: readonly Claim[],
  leaseToken: () => string,
  options: ClaimOptions,
): Promise<ClaimResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await claimOnce(ctx, claims, leaseToken, options);
    } catch (error) {
      // The next try finds them switched off or deleted, and ends them.
      if (!(error instanceof RefusedMeanwhile) || tries === REFUSED_TRIES_MAX) throw error;
    }
  }
}

async function claimOnce(
  ctx: ServiceContext,
  claims: readonly Claim[],
  leaseToken: () => string,
  options: ClaimOptions,
): Promise<ClaimResult> {
  const wanted = new Map(claims.map((item) => [item.executionId, item.generation]));
  return ctx.db.$transaction(async (tx) => {
    const now = ctx.now();
    const rows = await lockRows(tx, [...wanted.keys()]);
    const { ready: all, ended, unclaimed } = sortOut(rows, wanted, now);
    await endRefused(tx, ended, now);
    const [first] = all;
    // Secrets and slots are one action's: others that came along by mistake get runs of their own.
    const ready = all.filter((row) => row.actionId === first?.actionId);
    const strangers = all
      .filter((row) => row.actionId !== first?.actionId)
      .map(({ id, generation }) => ({ executionId: id, generation }));
    if (!first) return { actionId: "", claimed: [], width: 0, unclaimed, postponed: [], busy: [], parked: null };
    const secrets = await readSecrets(tx, ctx, first.actionId);
    const waves = Math.ceil(ready.length / options.wanted);
    const until = new Date(now.getTime() + waves * TOTAL_TIMEOUT_MAX_MS + LEASE_MARGIN_MS);
    const ask = { count: ready.length, wanted: options.wanted, until, isPatient: options.waits === "busy", leaseToken };
    const { tokens, width, wait } = await admit(tx, first, limitsOf(first.actionType, first.configuration), ask, now);

    const going = ready
      .slice(0, tokens.length)
      .map((row, index) => toClaimed(row, tokens[index]!, tokens[0]!, secrets));
    const { claimed, postponed } = await makeBodies(ctx, going, ready, now);
    await writeClaims(tx, claimed, Math.ceil(claimed.length / Math.max(1, width)), now);
    const left = ready.slice(tokens.length);
    const turns = left.map((row, index): Parked => ({
      executionId: row.id,
      generation: row.generation,
      dueAt: wait?.turns[index] ?? now,
    }));
    const result: ClaimResult = {
      actionId: first.actionId,
      claimed,
      width,
      unclaimed,
      postponed: [...postponed, ...strangers],
      busy: [],
      parked: null,
    };
    if (turns.length === 0) return result;
    if (!wait) return { ...result, busy: turns.map(({ executionId, generation }) => ({ executionId, generation })) };
    if (options.waits === "own run") {
      await postpone(tx, turns, wait.reason, now);
      unclaimed.push(
        ...turns.map(({ executionId, generation, dueAt }): Verdict => ({
          executionId,
          generation,
          result: "again",
          at: dueAt.toISOString(),
        })),
      );
      return result;
    }
    await park(tx, turns, wait.reason, now);
    return { ...result, parked: { projectId: first.projectId, actionId: first.actionId, at: turns[0]!.dueAt } };
  });
}

type Ended = { id: string; status: string; reason: string };

/** Which of the rows may be sent, which end here, and what is to be said of the others. */
function sortOut(
  rows: readonly Row[],
  wanted: ReadonlyMap<string, number>,
  now: Date,
): { ready: Row[]; ended: Ended[]; unclaimed: Verdict[] } {
  const ready: Row[] = [];
  const ended: Ended[] = [];
  const unclaimed: Verdict[] = [];
  const known = new Set<string>();
  for (const row of rows) {
    known.add(row.id);
    const generation = wanted.get(row.id)!;
    const finished: Verdict = { executionId: row.id, generation, result: "finished" };
    const refusal = refuse(row);
    if (row.generation !== generation || row.status !== "PENDING" || transition(row.status, "claim") !== "RUNNING")
      unclaimed.push(finished);
    else if (row.dueAt.getTime() > now.getTime() + 1_000)
      unclaimed.push({ executionId: row.id, generation, result: "again", at: row.dueAt.toISOString() });
    else if (refusal) {
      ended.push({ id: row.id, ...refusal });
      unclaimed.push(finished);
    } else ready.push(row);
  }
  for (const [executionId, generation] of wanted)
    if (!known.has(executionId)) unclaimed.push({ executionId, generation, result: "finished" });
  return { ready, ended, unclaimed };
}

/** The requests of first attempts with their bodies; those that would take too long are left for another transaction. */
async function makeBodies(
  ctx: ServiceContext,
  going: readonly ClaimedExecution[],
  rows: readonly Row[],
  now: Date,
): Promise<{ claimed: Claimed[]; postponed: Claim[] }> {
  const bodies = bodyMaker();
  const claimed: Claimed[] = [];
  const postponed: Claim[] = [];
  for (const [index, item] of going.entries()) {
    if (rows[index]!.inputFrozenAt !== null)
      claimed.push({ claimed: item, request: prepareRequest(ctx, item, now), freezes: false, rendered: null });
    else if (bodies.isSpent()) postponed.push({ executionId: item.id, generation: item.generation });
    else claimed.push(await bodies.make(ctx, item, now));
  }
  return { claimed, postponed };
}

/** They keep their runs, which come again. */
async function postpone(tx: Queryable, turns: readonly Parked[], reason: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE action_execution AS e SET due_at = r."dueAt", status_reason = ${reason}, updated_at = ${now}
    FROM json_to_recordset(${JSON.stringify(turns)}::json) AS r("executionId" text, "dueAt" timestamptz) WHERE e.id = r."executionId"`;
}

/** Makes the bodies of first attempts, and knows how long they have taken. */
function bodyMaker() {
  let spentMs = 0;
  return {
    isSpent: () => spentMs > BODIES_MAX_MS,
    async make(ctx: ServiceContext, item: ClaimedExecution, now: Date): Promise<Claimed> {
      const start = performance.now();
      const made = prepareBody(item);
      const tookMs = performance.now() - start;
      spentMs += tookMs;
      if (tookMs > BODY_SLOW_MS) await nextTurn();
      // Without a body nothing is frozen: once the template is mended, a resend makes it.
      if (!made.ok) return { claimed: item, request: made, freezes: false, rendered: null };
      const claimed = { ...item, body: made.body };
      return {
        claimed,
        request: prepareRequest(ctx, claimed, now),
        freezes: true,
        rendered: made.body === item.body ? null : made.body,
      };
    },
  };
}

function refuse(row: Row): { status: "SKIPPED" | "CANCELLED" | "ERROR"; reason: string } | null {
  if (row.projectDeletedAt) return { status: "CANCELLED", reason: "Its project was deleted." };
  if (row.actionDeletedAt) return { status: "CANCELLED", reason: "Its action was deleted." };
  if (row.triggerDeletedAt && !row.isResend) return { status: "CANCELLED", reason: "Its trigger was deleted." };
  if (row.actionDisabledAt)
    return {
      status: "SKIPPED",
      reason: `Its action is off${row.actionDisabledReason ? `: ${row.actionDisabledReason}` : "."}`,
    };
  if (row.input === null) return { status: "ERROR", reason: "Its body was removed, so there is nothing to send." };
  return null;
}

const lockRows = (tx: Queryable, ids: string[]): Promise<Row[]> => tx.$queryRaw<Row[]>`
  SELECT e.id, e.project_id AS "projectId", e.trigger_id AS "triggerId", e.action_id AS "actionId", e.status::text AS status, e.generation,
    e.due_at AS "dueAt", e.input, e.input_frozen_at AS "inputFrozenAt", e.attempt_count AS "attemptCount", e.schedule_start AS "scheduleStart", e.unknown_count AS "unknownCount",
    e.is_resend AS "isResend", e.depth, t.deleted_at AS "triggerDeletedAt", a.type AS "actionType", a.configuration, a.version AS "actionVersion",
    a.disabled_at AS "actionDisabledAt", a.disabled_reason AS "actionDisabledReason", a.deleted_at AS "actionDeletedAt",
    p.deleted_at AS "projectDeletedAt", p.is_demo AS "isDemo"
  FROM action_execution e
    JOIN trigger_configuration t ON t.id = e.trigger_id
    JOIN action_configuration a ON a.id = e.action_id
    JOIN project p ON p.id = e.project_id
  WHERE e.id = ANY(${ids}::text[]) ORDER BY e.id FOR NO KEY UPDATE OF e`;

/** The secrets to sign with, newest first; old ones while their grace lasts. Null where one cannot be decrypted. */
async function readSecrets(tx: Queryable, ctx: ServiceContext, actionId: string): Promise<string[] | null> {
  const rows = await tx.actionSecret.findMany({
    where: { actionId, OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now() } }] },
    orderBy: { createdAt: "desc" },
    select: { ciphertext: true },
  });
  try {
    return rows.map((row) => ctx.cipher.decrypt(row.ciphertext));
  } catch (error) {
    ctx.log.error({ err: error, actionId }, "a signing secret cannot be decrypted");
    return null;
  }
}

function toClaimed(row: Row, leaseToken: string, slotToken: string, secrets: string[] | null): ClaimedExecution {
  const number = row.attemptCount + 1;
  return {
    id: row.id,
    projectId: row.projectId,
    triggerId: row.triggerId,
    actionId: row.actionId,
    generation: row.generation,
    attemptId: newId("att"),
    number,
    attemptsSpent: number - row.scheduleStart - row.unknownCount,
    leaseToken,
    slotToken,
    actionType: row.actionType,
    configuration: row.configuration,
    actionVersion: row.actionVersion,
    isDemo: row.isDemo,
    body: row.input!,
    depth: row.depth,
    secrets,
  };
}

async function endRefused(tx: Queryable, ended: readonly Ended[], now: Date): Promise<void> {
  if (ended.length === 0) return;
  await tx.$executeRaw`
    UPDATE action_execution AS e SET status = r.status::execution_status, status_reason = r.reason, updated_at = ${now}, finished_at = ${now},
      cancelled_by = CASE r.status WHEN 'CANCELLED' THEN 'SYSTEM'::cancelled_by ELSE e.cancelled_by END
    FROM json_to_recordset(${JSON.stringify(ended)}::json) AS r(id text, status text, reason text) WHERE e.id = r.id`;
}

async function writeClaims(tx: Queryable, claimed: readonly Claimed[], waves: number, now: Date): Promise<void> {
  if (claimed.length === 0) return;
  const rows = claimed.map(({ claimed: item, request, freezes, rendered }) => ({
    id: item.id,
    freezes,
    rendered,
    projectId: item.projectId,
    attemptId: item.attemptId,
    number: item.number,
    leaseToken: item.leaseToken,
    leaseExpiresAt: new Date(
      now.getTime() + waves * (request.ok ? request.timeouts.totalMs : TOTAL_TIMEOUT_MAX_MS) + LEASE_MARGIN_MS,
    ),
    request: describeRequest(request),
  }));
  const json = JSON.stringify(rows);
  // Looked at again: since the rows were locked, the claim may have waited for the endpoint and made bodies.
  const count = await tx.$executeRaw`
    UPDATE action_execution AS e SET status = 'RUNNING', parked = false, status_reason = 'An attempt is on the wire.', attempt_count = r.number,
      lease_token = r."leaseToken", lease_expires_at = r."leaseExpiresAt", dispatched_at = coalesce(e.dispatched_at, ${now}),
      input = coalesce(r.rendered, e.input), input_frozen_at = CASE WHEN r.freezes THEN ${now}::timestamptz ELSE e.input_frozen_at END, started_at = coalesce(e.started_at, ${now}), updated_at = ${now}
    FROM json_to_recordset(${json}::json) AS r(id text, number int, "leaseToken" text, "leaseExpiresAt" timestamptz, freezes bool, rendered text),
      trigger_configuration t, action_configuration a, project p
    WHERE e.id = r.id AND t.id = e.trigger_id AND a.id = e.action_id AND p.id = e.project_id
      AND (t.deleted_at IS NULL OR e.is_resend) AND a.deleted_at IS NULL AND a.disabled_at IS NULL AND p.deleted_at IS NULL`;
  if (count < claimed.length) throw new RefusedMeanwhile("Switched off or deleted meanwhile.");
  await tx.$executeRaw`
    INSERT INTO action_attempt (id, execution_id, project_id, number, lease_token, request, started_at)
    SELECT r."attemptId", r.id, r."projectId", r.number, r."leaseToken", r.request, ${now}
    FROM json_to_recordset(${json}::json) AS r("attemptId" text, id text, "projectId" text, number int, "leaseToken" text, request jsonb)`;
}

/** What is kept of a request: never a secret. */
function describeRequest(request: PreparedRequest): Record<string, unknown> {
  return request.ok ? request.shown : { problem: request.message };
}
