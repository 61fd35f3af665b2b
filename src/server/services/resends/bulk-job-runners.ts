import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { makeSystemProjectContext } from "../access";
import { endBreakerPause } from "../actions/end-breaker-pause";
import type { ActionWake } from "../wakes/wake-actions";
import { restartExecutions } from "../executions/restart-executions";
import { JobError, type JobChunkResult, type JobKindRunner, type RunningJob } from "../jobs/types";
import { BulkJobParams, type BulkJobKind } from "./bulk-job-params";
import { makeBulkJobExecutionsSql, isExecutionSendableSql } from "./bulk-job-executions-sql";

/** One chunk of a bulk job reads at most this many executions. */
const ROWS_MAX = 1_000;
/** One chunk of a job that cancels executions changes at most this many: 200 take about 0.04 s. */
const CANCELS_MAX = 200;

type Row = { id: string; at: Date; actionId: string; canBeSent: boolean };

/** Runs jobs that send the selected finished executions again, oldest first. */
export const resendJobRunner: JobKindRunner = bulkKind("resend", async (ctx, tx, { job, ids }) => {
  await tx.$queryRaw`SELECT 1 FROM action_execution WHERE id = ANY(${ids}::text[]) ORDER BY id FOR UPDATE`;
  return restartExecutions(tx, { ids, reason: `Sent again by ${job.createdByLabel}, with others.`, now: ctx.now() });
});

/**
 * Runs jobs that make the selected waiting executions due now. The pauses of open breakers end; the rate limits
 * of the actions still apply.
 */
export const sendNowJobRunner: JobKindRunner = bulkKind("send_now", async (ctx, tx, { job, ids }) => {
  const now = ctx.now();
  const wakes = await tx.$queryRaw<ActionWake[]>`
    UPDATE action_execution AS e
      SET due_at = least(e.due_at, ${now}), status_reason = ${`Sent now by ${job.createdByLabel}, with others.`},
        updated_at = ${now}
    FROM (SELECT id FROM action_execution WHERE id = ANY(${ids}::text[]) AND status = 'PENDING'
      ORDER BY id FOR NO KEY UPDATE) AS w
    WHERE e.id = w.id RETURNING e.project_id AS "projectId", e.action_id AS "actionId", e.due_at AS "dueAt"`;
  for (const actionId of new Set(wakes.map((wake) => wake.actionId)))
    await endBreakerPause(ctx, tx, { projectId: job.projectId, actionId });
  return wakes;
});

/** Runs jobs that cancel the selected waiting executions. */
export const cancelExecutionsJobRunner: JobKindRunner = {
  async runChunk(ctx, tx, { job }) {
    const { rows } = await readPage(ctx, tx, { kind: "cancel", job, limit: CANCELS_MAX });
    const now = ctx.now();
    const cancelled = await tx.$executeRaw`
      UPDATE action_execution
        SET status = 'CANCELLED', status_reason = ${`Cancelled by ${job.createdByLabel}, with others.`},
          cancelled_by = 'USER',
        finished_at = ${now}, updated_at = ${now}
      WHERE id = ANY(SELECT id FROM action_execution WHERE id = ANY(${rows.map(({ id }) => id)}::text[])
        AND status = 'PENDING' ORDER BY id FOR UPDATE)`;
    return resultOf(rows, { matched: cancelled, wakes: [] });
  },
};

function bulkKind(
  kind: BulkJobKind,
  change: (
    ctx: ServiceContext,
    tx: DatabaseOrTransaction,
    input: { job: RunningJob; ids: string[] },
  ) => Promise<ActionWake[]>,
): JobKindRunner {
  return {
    async runChunk(ctx, tx, { job, max }) {
      const { rows: page } = await readPage(ctx, tx, { kind, job, limit: ROWS_MAX });
      const rows = upTo(page, max);
      const ids = rows.filter((row) => row.canBeSent).map((row) => row.id);
      const wakes = await change(ctx, tx, { job, ids });
      return resultOf(rows, { matched: ids.length, wakes });
    },
  };
}

async function readPage(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  { kind, job, limit }: { kind: BulkJobKind; job: RunningJob; limit: number },
) {
  const parsed = BulkJobParams.safeParse(job.params);
  if (!parsed.success) throw new JobError("Its parameters cannot be read.");
  const { startedAt, ...filter } = parsed.data;
  const behind = job.cursor
    ? Prisma.sql`AND (e.created_at, e.id) > (${job.cursor.at}::timestamptz, ${job.cursor.id})`
    : Prisma.empty;
  const where = await makeBulkJobExecutionsSql(makeSystemProjectContext(ctx, job.projectId), {
    kind,
    filter,
    asOf: startedAt,
  });
  const rows = await tx.$queryRaw<Row[]>`
    SELECT e.id, e.created_at AS at, e.action_id AS "actionId", ${isExecutionSendableSql} AS "canBeSent"
    FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
    WHERE ${where} ${behind} ORDER BY e.created_at, e.id LIMIT ${limit}`;
  return { rows };
}

function resultOf(rows: readonly Row[], { matched, wakes }: Pick<JobChunkResult, "matched" | "wakes">): JobChunkResult {
  const last = rows.at(-1);
  return {
    processed: rows.length,
    matched,
    created: wakes.length,
    cursor: last ? { at: last.at, id: last.id } : null,
    isDone: rows.length === 0,
    wakes,
  };
}

/**
 * Returns the first rows, up to and including the row number `max` among those that can be sent. Returns all rows if
 * fewer can be sent.
 */
function upTo(rows: readonly Row[], max: number): Row[] {
  let sent = 0;
  const end = rows.findIndex((row) => row.canBeSent && ++sent >= max);
  return end === -1 ? [...rows] : rows.slice(0, end + 1);
}
