import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/transient-errors";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { backfillJobRunner } from "./backfills/backfill-job-runner";
import { wakeActions } from "./wakes/wake-actions";
import { endWaitingExecutionsJobRunner } from "./jobs/end-waiting-executions-job";
import { cancelExecutionsJobRunner, resendJobRunner, sendNowJobRunner } from "./resends/bulk-job-runners";
import { JobError, type JobChunkResult, type JobKindRunner, type JobKindName } from "./jobs/types";

const runners: Record<JobKindName, JobKindRunner> = {
  backfill: backfillJobRunner,
  resend: resendJobRunner,
  send_now: sendNowJobRunner,
  cancel: cancelExecutionsJobRunner,
  end_waiting: endWaitingExecutionsJobRunner,
};

/** One chunk creates or sends at most as many executions as the job's rate allows in this many seconds. */
const CHUNK_SECONDS = 5;
/** The timeout of a chunk's transaction, ms, which the largest chunk needs on a slow disk. */
const TRANSACTION_TIMEOUT_MS = 60_000;

type Row = {
  id: string;
  projectId: string;
  kind: string;
  subjectId: string | null;
  params: unknown;
  ratePerMinute: number;
  status: string;
  generation: number;
  cursorAt: Date | null;
  cursorId: string | null;
  createdByLabel: string;
  projectDeletedAt: Date | null;
};

/**
 * Runs the next chunk of a job's work. One transaction saves the changes and the job's progress. So after a crash the
 * job continues where the last saved chunk ended.
 * @returns when the next chunk is due; null if this run must stop: the job has ended, is paused, or has a newer run
 * @throws an error of the database, if a repeat may succeed; any other error ends the job as FAILED
 */
export async function runJobChunk(
  ctx: ServiceContext,
  { jobId, generation }: { jobId: string; generation: number },
): Promise<{ nextAt: string } | null> {
  const began = performance.now();
  let done: { projectId: string; result: JobChunkResult; nextAt: Date } | null;
  try {
    done = await ctx.db.$transaction(
      async (tx) => {
        const row = await lockJob(tx, jobId);
        if (!row || row.status !== "RUNNING" || row.generation !== generation) return null;
        const runner = runners[row.kind as JobKindName];
        if (row.projectDeletedAt && !runner.runsInDeletedProjects) throw new JobError("Its project was deleted.");
        const max = Math.max(1, Math.ceil((row.ratePerMinute * CHUNK_SECONDS) / 60));
        const cursor = row.cursorAt && row.cursorId !== null ? { at: row.cursorAt, id: row.cursorId } : null;
        const result = await runner.runChunk(ctx, tx, { job: { ...row, cursor }, max });
        return { projectId: row.projectId, result, nextAt: await moveOn(ctx, tx, { row, result }) };
      },
      { timeout: TRANSACTION_TIMEOUT_MS },
    );
  } catch (error) {
    if (isTransientDatabaseError(error)) throw error;
    await fail(ctx, { jobId, generation, error });
    return null;
  }
  if (!done) return null;
  await wakeActions(ctx, done.result.wakes);
  ctx.live.touch(done.projectId, "executions");
  // The job pauses at least as long as this chunk took, so that a job uses at most half of the time.
  const notBefore = new Date(ctx.now().getTime() + performance.now() - began);
  const nextAt = done.nextAt > notBefore ? done.nextAt : notBefore;
  return done.result.isDone ? null : { nextAt: nextAt.toISOString() };
}

const lockJob = async (tx: DatabaseOrTransaction, jobId: string): Promise<Row | undefined> => {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT j.id, j.project_id AS "projectId", j.kind, j.subject_id AS "subjectId", j.params,
      j.rate_per_minute AS "ratePerMinute", j.status::text AS status,
      j.generation, j.cursor_at AS "cursorAt", j.cursor_id AS "cursorId", j.created_by_label AS "createdByLabel",
        p.deleted_at AS "projectDeletedAt"
    FROM job j JOIN project p ON p.id = j.project_id WHERE j.id = ${jobId} FOR NO KEY UPDATE OF j`;
  return row;
};

async function moveOn(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  { row, result }: { row: Row; result: JobChunkResult },
): Promise<Date> {
  const now = ctx.now();
  const byRate = new Date(now.getTime() + Math.ceil((result.created * 60_000) / row.ratePerMinute));
  const nextAt = result.waitUntil && result.waitUntil.at > byRate ? result.waitUntil.at : byRate;
  await tx.job.update({
    where: { id: row.id },
    data: {
      processed: { increment: result.processed },
      matched: { increment: result.matched },
      created: { increment: result.created },
      ...cursorColumns(result.cursor),
      ...(result.isDone
        ? { status: "COMPLETED", statusReason: "", finishedAt: now }
        : { statusReason: result.waitUntil?.reason ?? "" }),
      wakeAt: nextAt,
      updatedAt: now,
    },
    select: { id: true },
  });
  return nextAt;
}

const cursorColumns = (cursor: JobChunkResult["cursor"]) =>
  cursor === null
    ? {}
    : cursor === "start"
      ? { cursorAt: null, cursorId: null }
      : { cursorAt: cursor.at, cursorId: cursor.id };

async function fail(
  ctx: ServiceContext,
  { jobId, generation, error }: { jobId: string; generation: number; error: unknown },
): Promise<void> {
  const isExpected = error instanceof JobError;
  if (!isExpected) ctx.log.error({ err: error, jobId }, "a job failed");
  const now = ctx.now();
  await ctx.db.job.updateMany({
    where: { id: jobId, generation, status: "RUNNING" },
    data: {
      status: "FAILED",
      statusReason: isExpected ? error.message : "It stopped at an error of the program; the log has more.",
      finishedAt: now,
      updatedAt: now,
    },
  });
}
