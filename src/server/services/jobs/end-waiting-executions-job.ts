import { z } from "zod";
import { requireStatusAfterMove } from "@/domain/execution";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { requestJobRuns, type JobRunRequest } from "./request-job-runs";
import { storeJob } from "./store-job";
import { JobError, type JobChunkResult, type JobKindRunner } from "./types";

/*
 * If an action is switched off, or a trigger, action or project is deleted, its waiting executions must end. The
 * deletion of a trigger leaves out those that a person sent again. This job ends them chunk by chunk. One statement
 * over 45,000 rows held their locks for 8.5 s. Until a row ends, claims refuse to send it.
 */

/** One chunk ends at most this many executions: 200 take about 0.04 s. */
const CHUNK = 200;
/** Waiting executions are counted up to this number: 100,000 take about 0.2 s. */
const COUNTED_MAX = 100_000;
/** How long the job waits for executions that other transactions have locked, ms. */
const LOCKED_PAUSE_MS = 1_000;
/** Every job needs a rate (executions a minute). This job sends nothing, so the rate does not delay it. */
const RATE = 6_000;

const EndWaitingParams = z.object({
  of: z.enum(["trigger", "action", "project"]),
  id: z.string(),
  why: z.enum(["off", "deleted"]),
  /**
   * when the trigger, action or project was switched off or deleted; if its row has another time, somebody switched it
   * on in between
   */
  at: z.coerce.date(),
});
type EndWaitingParams = z.infer<typeof EndWaitingParams>;

const reasons = {
  off: "Skipped: its action was switched off while it waited.",
  deleted: {
    trigger: "Cancelled: its trigger was deleted.",
    action: "Cancelled: its action was deleted.",
    project: "The project was deleted.",
  },
} as const;

/** The stored job, and how many executions it shall end, counted up to 100,000. */
export type StoredEndWaitingExecutionsJob = { job: JobRunRequest; waiting: number };

/**
 * Stores the job that ends waiting executions, in the caller's transaction. Executions that a person sent again survive
 * the deletion of their trigger, but not of their action or project. After the commit, the caller starts the job by
 * `requestEndWaitingExecutionsJob`.
 */
export async function storeEndWaitingExecutionsJob(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  params: EndWaitingParams,
): Promise<StoredEndWaitingExecutionsJob> {
  const [row] = await tx.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM (
      SELECT 1 FROM action_execution WHERE ${rowsOf(ctx.projectId, params)} AND status = 'PENDING'
        LIMIT ${COUNTED_MAX}) AS found`;
  const { waiting } = row!;
  const job = await storeJob(ctx, tx, {
    kind: "end_waiting",
    subjectId: params.id,
    params: { ...params, at: params.at.toISOString() },
    ratePerMinute: RATE,
    total: waiting,
  });
  return { job, waiting };
}

/**
 * Asks the engine to run stored jobs that end waiting executions. If the engine does not answer, LostWorkWatch asks
 * again later.
 */
export async function requestEndWaitingExecutionsJob(
  ctx: ServiceContext,
  jobs: readonly JobRunRequest[],
): Promise<void> {
  await requestJobRuns(ctx, jobs).catch((error: unknown) =>
    ctx.log.warn(
      { err: error, jobs },
      "the engine did not take the job that ends what waits; the next look asks again",
    ),
  );
}

type Row = { id: string; at: Date; status: "PENDING" | "RUNNING" };

/**
 * Runs jobs that end waiting executions, newest first. Such a job stops if the action is on again, or if the
 * trigger or action was restored.
 */
export const endWaitingExecutionsJobRunner: JobKindRunner = {
  runsInDeletedProjects: true,
  async runChunk(ctx, tx, { job }) {
    const parsed = EndWaitingParams.safeParse(job.params);
    if (!parsed.success) throw new JobError("Its parameters cannot be read.");
    const params = parsed.data;
    if (!(await stillHolds(tx, job.projectId, params))) return { ...nothing, isDone: true };
    const mine = rowsOf(job.projectId, params);
    const ended = endedStatuses(params);
    const behind = job.cursor ? Prisma.sql`AND (created_at, id) < (${job.cursor.at}, ${job.cursor.id})` : Prisma.empty;
    // The job skips executions that a claim has locked: the claim ends them itself, and waiting could deadlock.
    const rows = await tx.$queryRaw<Row[]>`
      SELECT id, created_at AS at, status::text AS status FROM action_execution WHERE ${mine} AND ${ended} ${behind}
      ORDER BY created_at DESC, id DESC LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED`;
    await endRows(tx, rows, { ...params, now: ctx.now() });
    if (rows.length === CHUNK) {
      const last = rows.at(-1)!;
      return { ...nothing, processed: rows.length, cursor: { at: last.at, id: last.id } };
    }
    const [left] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM action_execution WHERE ${mine} AND ${ended} LIMIT 1`;
    const waitUntil = { at: new Date(ctx.now().getTime() + LOCKED_PAUSE_MS), reason: "Waits for executions in use." };
    return {
      ...nothing,
      processed: rows.length,
      cursor: "start",
      isDone: !left,
      ...(left ? { waitUntil } : {}),
    };
  },
};

const nothing: JobChunkResult = { processed: 0, matched: 0, created: 0, cursor: null, isDone: false, wakes: [] };

/**
 * Tells whether the trigger, action or project is still off or deleted by the same change for which the job was stored.
 * It locks the row, so that this stays true until the chunk commits.
 */
async function stillHolds(
  tx: DatabaseOrTransaction,
  projectId: string,
  { of, why, id, at }: EndWaitingParams,
): Promise<boolean> {
  // The deletion of a project cannot be undone, so the job always goes on.
  if (of === "project") return true;
  const table = Prisma.raw(of === "action" ? "action_configuration" : "trigger_configuration");
  const moment = Prisma.raw(why === "off" ? "disabled_at" : "deleted_at");
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ${table} WHERE id = ${id} AND project_id = ${projectId} AND ${moment} = ${at} FOR SHARE`;
  return rows.length > 0;
}

/**
 * SQL condition for the executions of the trigger, action or project. Index: action_execution (project_id, status,
 * created_at DESC, id DESC).
 */
function rowsOf(projectId: string, { of, id }: EndWaitingParams): Prisma.Sql {
  if (of === "project") return Prisma.sql`project_id = ${projectId}`;
  if (of === "action") return Prisma.sql`project_id = ${projectId} AND action_id = ${id}`;
  return Prisma.sql`project_id = ${projectId} AND trigger_id = ${id} AND NOT is_resend`;
}

/**
 * SQL condition for the executions that the job changes. After a deletion it also requests that executions on the wire
 * are cancelled, so that no retry follows.
 */
const endedStatuses = ({ why }: EndWaitingParams): Prisma.Sql =>
  why === "off"
    ? Prisma.sql`status = 'PENDING'`
    : Prisma.sql`(status = 'PENDING' OR (status = 'RUNNING' AND cancel_requested_at IS NULL))`;

async function endRows(
  tx: DatabaseOrTransaction,
  rows: readonly Row[],
  { why, of, now }: EndWaitingParams & { now: Date },
): Promise<void> {
  const waiting = rows.filter((row) => row.status === "PENDING");
  const onTheWire = rows.filter((row) => row.status === "RUNNING").map((row) => row.id);
  const to = requireStatusAfterMove("PENDING", why === "off" ? "skip" : "cancel");
  const reason = why === "off" ? reasons.off : reasons.deleted[of];
  await tx.$executeRaw`
    UPDATE action_execution
      SET status = ${to}::execution_status, status_reason = ${reason}, finished_at = ${now}, updated_at = ${now},
      cancelled_by = CASE WHEN ${why === "deleted"} THEN 'SYSTEM'::cancelled_by ELSE cancelled_by END
    WHERE id = ANY(${waiting.map((row) => row.id)}::text[])`;
  if (onTheWire.length > 0)
    await tx.$executeRaw`
      UPDATE action_execution SET cancel_requested_at = ${now}, cancelled_by = 'SYSTEM', updated_at = ${now}
        WHERE id = ANY(${onTheWire}::text[])`;
}
