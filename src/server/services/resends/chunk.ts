import { Prisma } from "@/generated/prisma/client";
import { putBack } from "../executions/put-back";
import type { JobKind } from "../jobs/types";
import { ResendParams } from "./params";
import { canBeSent, whereOf } from "./where";

/** The most executions that one chunk reads. */
const ROWS_MAX = 1_000;

type Row = { id: string; at: Date; canBeSent: boolean };

/** Sends the matching executions again, oldest first. An execution whose status no longer matches stays as it is. */
export const resend: JobKind = {
  async chunk(ctx, tx, job, max) {
    const params = ResendParams.parse(job.params);
    const behind = job.cursor
      ? Prisma.sql`AND (e.created_at, e.id) > (${job.cursor.at}, ${job.cursor.id})`
      : Prisma.empty;
    const page = await tx.$queryRaw<Row[]>`
      SELECT e.id, e.created_at AS at, ${canBeSent} AS "canBeSent" FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
      WHERE ${whereOf(job.projectId, params)} AND e.created_at <= ${params.startedAt} ${behind}
      ORDER BY e.created_at, e.id LIMIT ${ROWS_MAX}`;
    const looked = upTo(page, max);
    const ids = looked.filter((row) => row.canBeSent).map((row) => row.id);
    await tx.$queryRaw`SELECT 1 FROM action_execution WHERE id = ANY(${ids}::text[]) ORDER BY id FOR UPDATE`;
    const wakes = await putBack(tx, ids, `Sent again by ${job.createdByLabel}, with others.`, ctx.now());
    const last = looked.at(-1);
    return {
      processed: looked.length,
      matched: ids.length,
      created: wakes.length,
      cursor: last ? { at: last.at, id: last.id } : null,
      isDone: page.length === 0,
      wakes,
    };
  },
};

/** The first rows that hold `max` executions that can be sent, or all rows if they hold fewer. */
function upTo(rows: readonly Row[], max: number): Row[] {
  let sent = 0;
  const end = rows.findIndex((row) => row.canBeSent && ++sent >= max);
  return end === -1 ? [...rows] : rows.slice(0, end + 1);
}
