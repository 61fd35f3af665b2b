import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { newId } from "@/server/ids";
import { transition } from "@/domain/execution";
import { admit, limitsOf } from "./endpoint";
import { park, type Parked } from "./parked";
import { bodiesAtOnce, makeBodies, type Body, type MadeBodies, type Unmade } from "./bodies";
import { prepareRequest } from "./request";
import type { Claim, ClaimedExecution, PreparedRequest, Verdict } from "./types";

/** How long after the request's own deadline a lease still holds. */
const LEASE_MARGIN_MS = 15_000;
const TOTAL_TIMEOUT_MAX_MS = 20_000;
/** How long an execution waits whose project has used up its time for templates, and how much longer each one after it. */
const NO_TIME_WAIT_MS = 5_000;
const NO_TIME_STEP_MS = 300;
const NO_TIME = "Waits: the templates of its project have used up their time for now. No attempt is spent meanwhile.";

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
 * @property postponed still PENDING, for runs of their own: they are not of this action
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
 * Takes executions for sending: PENDING to RUNNING only where generation, status, action and trigger allow it, with a lease,
 * the next attempt number, and the attempt's row written before any request leaves.
 * What an action that is off would have sent becomes SKIPPED; what was deleted meanwhile becomes CANCELLED.
 * What the endpoint's breaker, slots or rate leave no room for stays PENDING and gets a turn.
 * A body that may take long is made in a thread, between two transactions.
 * @param claims of one action
 */
export async function claim(
  ctx: ServiceContext,
  claims: readonly Claim[],
  leaseToken: () => string,
  options: ClaimOptions,
): Promise<ClaimResult> {
  const { result, unmade } = await claimMade(ctx, claims, leaseToken, options, new Map());
  if (unmade.length === 0) return result;
  const made = await makeBodies(ctx, unmade);
  const ids = new Set(unmade.map(({ id }) => id));
  const rest = claims.filter(({ executionId }) => ids.has(executionId));
  const second = await claimMade(ctx, rest, leaseToken, options, made);
  // Their events or the template changed meanwhile: runs of their own look again.
  const changed = second.unmade.map(({ id, generation }) => ({ executionId: id, generation }));
  return joined(result, second.result, changed);
}

const joined = (one: ClaimResult, other: ClaimResult, changed: readonly Claim[]): ClaimResult => ({
  actionId: one.actionId || other.actionId,
  claimed: [...one.claimed, ...other.claimed],
  width: one.width + other.width,
  unclaimed: [...one.unclaimed, ...other.unclaimed],
  postponed: [...one.postponed, ...other.postponed, ...changed],
  busy: [...one.busy, ...other.busy],
  parked:
    one.parked && other.parked
      ? one.parked.at <= other.parked.at
        ? one.parked
        : other.parked
      : (one.parked ?? other.parked),
});

type ClaimArguments = [
  ctx: ServiceContext,
  claims: readonly Claim[],
  leaseToken: () => string,
  options: ClaimOptions,
  ahead: MadeBodies,
];
/** `unmade`: rows left as they are, as a thread has to make their bodies first. */
type ClaimedOnce = { result: ClaimResult; unmade: (Unmade & { generation: number })[] };

async function claimMade(...args: ClaimArguments): Promise<ClaimedOnce> {
  for (let tries = 1; ; tries++) {
    try {
      return await claimOnce(...args);
    } catch (error) {
      // The next try finds them switched off or deleted, and ends them.
      if (!(error instanceof RefusedMeanwhile) || tries === REFUSED_TRIES_MAX) throw error;
    }
  }
}

/** One transaction. */
async function claimOnce(
  ctx: ServiceContext,
  claims: readonly Claim[],
  leaseToken: () => string,
  options: ClaimOptions,
  ahead: MadeBodies,
): Promise<ClaimedOnce> {
  const wanted = new Map(claims.map((item) => [item.executionId, item.generation]));
  return ctx.db.$transaction(async (tx) => {
    const now = ctx.now();
    const rows = await lockRows(tx, [...wanted.keys()]);
    const { ready: all, ended, unclaimed } = sortOut(rows, wanted, now);
    await endRefused(tx, ended, now);
    const [first] = all;
    // Secrets and slots are one action's: others that came along by mistake get runs of their own.
    const own = all.filter((row) => row.actionId === first?.actionId);
    const postponed = all
      .filter((row) => row.actionId !== first?.actionId)
      .map(({ id, generation }) => ({ executionId: id, generation }));
    const bodies = await bodiesAtOnce(own.filter(isUnmade), ahead);
    const unmade = own.filter(isUnmade).filter(({ id }) => bodies.get(id) === null);
    const ready = own.filter(({ id }) => bodies.get(id) !== null && bodies.get(id) !== "later");
    const outOfTime = own.filter(({ id }) => bodies.get(id) === "later");
    const result: ClaimResult = {
      actionId: first?.actionId ?? "",
      claimed: [],
      width: 0,
      unclaimed,
      postponed,
      busy: [],
      parked: null,
    };
    const { turns: late, at } = noTimeTurns(outOfTime, now);
    await wait(tx, result, late, NO_TIME, options, now);
    if (outOfTime[0] && options.waits !== "own run")
      result.parked = { projectId: outOfTime[0].projectId, actionId: outOfTime[0].actionId, at };
    if (!first || ready.length === 0) return { result, unmade };

    const secrets = await readSecrets(tx, ctx, first.actionId);
    const waves = Math.ceil(ready.length / options.wanted);
    const until = new Date(now.getTime() + waves * TOTAL_TIMEOUT_MAX_MS + LEASE_MARGIN_MS);
    const ask = { count: ready.length, wanted: options.wanted, until, isPatient: options.waits === "busy", leaseToken };
    const admitted = await admit(tx, first, limitsOf(first.actionType, first.configuration), ask, now);
    const { tokens, width } = admitted;
    result.width = width;
    result.claimed = ready
      .slice(0, tokens.length)
      .map((row, index) =>
        withRequest(ctx, toClaimed(row, tokens[index]!, tokens[0]!, secrets), bodies.get(row.id) ?? null, now),
      );
    await writeClaims(tx, result.claimed, Math.ceil(result.claimed.length / Math.max(1, width)), now);
    const left = ready.slice(tokens.length);
    if (left.length === 0) return { result, unmade };
    const { wait: room } = admitted;
    if (!room) {
      result.busy = left.map(({ id, generation }) => ({ executionId: id, generation }));
      return { result, unmade };
    }
    const turns = left.map((row, index) => parkedAt(row, room.turns[index] ?? now));
    await wait(tx, result, turns, room.reason, options, now);
    const next = turns[0]!.dueAt;
    if (options.waits !== "own run" && (!result.parked || next < result.parked.at))
      result.parked = { projectId: first.projectId, actionId: first.actionId, at: next };
    return { result, unmade };
  });
}

const isUnmade = (row: Row): row is Row & { input: string } => row.inputFrozenAt === null && row.input !== null;
const parkedAt = ({ id, generation }: Row, dueAt: Date): Parked => ({ executionId: id, generation, dueAt });

function noTimeTurns(rows: readonly Row[], now: Date): { turns: Parked[]; at: Date } {
  const at = new Date(now.getTime() + NO_TIME_WAIT_MS);
  return { turns: rows.map((row, n) => parkedAt(row, new Date(at.getTime() + n * NO_TIME_STEP_MS))), at };
}

/** Executions that find no room wait without a run, or their own runs come again. */
async function wait(
  tx: Queryable,
  result: ClaimResult,
  turns: readonly Parked[],
  reason: string,
  options: ClaimOptions,
  now: Date,
): Promise<void> {
  if (turns.length === 0) return;
  if (options.waits !== "own run") {
    await park(tx, turns, reason, now);
    return;
  }
  await postpone(tx, turns, reason, now);
  for (const { executionId, generation, dueAt } of turns)
    result.unclaimed.push({ executionId, generation, result: "again", at: dueAt.toISOString() });
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

/** An execution with its request. `body`: what was made for its first attempt; null where the bytes are settled. */
function withRequest(ctx: ServiceContext, item: ClaimedExecution, body: Body | null, now: Date): Claimed {
  if (body === null || body === "later")
    return { claimed: item, request: prepareRequest(ctx, item, now), freezes: false, rendered: null };
  // Without a body nothing is frozen: once the template is mended, a resend makes it.
  if (!body.ok) {
    const request = { ok: false, outcome: { kind: "error", code: "template" }, message: body.message } as const;
    return { claimed: item, request, freezes: false, rendered: null };
  }
  const claimed = { ...item, body: body.body };
  const request = prepareRequest(ctx, claimed, now);
  const rendered = request.ok && body.body !== item.body ? body.body : null;
  return { claimed, request, freezes: request.ok, rendered };
}

/** They keep their runs, which come again. */
async function postpone(tx: Queryable, turns: readonly Parked[], reason: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE action_execution AS e SET due_at = r."dueAt", status_reason = ${reason}, updated_at = ${now}
    FROM json_to_recordset(${JSON.stringify(turns)}::json) AS r("executionId" text, "dueAt" timestamptz) WHERE e.id = r."executionId"`;
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
