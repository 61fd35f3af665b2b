import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { makeExecutionFiltersSql } from "../executions/filter-executions";
import type { BulkJobKind, BulkJobFilter } from "./bulk-job-params";

/** The statuses of the executions that each kind of bulk job may change. */
const statusesOf: Record<BulkJobKind, readonly string[]> = {
  resend: ["COMPLETED", "ERROR", "CANCELLED", "SKIPPED"],
  send_now: ["PENDING"],
  cancel: ["PENDING"],
};

/**
 * Returns the SQL condition for the executions that a bulk job may change, over `action_execution AS e`. With `asOf`,
 * it leaves out executions that were created or changed after that time.
 */
export async function makeBulkJobExecutionsSql(
  ctx: ProjectContext,
  { kind, filter: { ids, ...filter }, asOf }: { kind: BulkJobKind; filter: BulkJobFilter; asOf: Date | undefined },
): Promise<Prisma.Sql> {
  const parts = [
    await makeExecutionFiltersSql(ctx, filter),
    Prisma.sql`e.status = ANY(${[...statusesOf[kind]]}::execution_status[])`,
  ];
  if (asOf) parts.push(Prisma.sql`e.updated_at <= ${asOf}`);
  if (ids) parts.push(Prisma.sql`e.id = ANY(${ids})`);
  return Prisma.join(parts, " AND ");
}

/**
 * SQL condition: an execution can be sent, because it has a body and its action is neither deleted nor off. It expects
 * the tables action_execution as `e` and action_configuration as `a`.
 */
export const isExecutionSendableSql = Prisma.sql`(
  e.input IS NOT NULL AND a.deleted_at IS NULL AND a.disabled_at IS NULL)`;
