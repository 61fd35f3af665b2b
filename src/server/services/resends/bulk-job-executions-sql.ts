import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { executionFiltersSql } from "../executions/filter-executions";
import type { BulkJobKind, BulkJobFilter } from "./bulk-job-params";

/** The statuses that each kind of bulk job can change. */
const statusesOf: Record<BulkJobKind, readonly string[]> = {
  resend: ["COMPLETED", "ERROR", "CANCELLED", "SKIPPED"],
  send_now: ["PENDING"],
  cancel: ["PENDING"],
};

/**
 * Returns the condition of a bulk job's set, as SQL over `action_execution AS e`. `asOf` fixes the set: it leaves out
 * an execution that was made, or has changed, after the count.
 */
export async function bulkJobExecutionsSql(
  ctx: ProjectContext,
  { kind, filter: { ids, ...filter }, asOf }: { kind: BulkJobKind; filter: BulkJobFilter; asOf: Date | undefined },
): Promise<Prisma.Sql> {
  const parts = [
    await executionFiltersSql(ctx, filter),
    Prisma.sql`e.status = ANY(${[...statusesOf[kind]]}::execution_status[])`,
  ];
  if (asOf) parts.push(Prisma.sql`e.updated_at <= ${asOf}`);
  if (ids) parts.push(Prisma.sql`e.id = ANY(${ids})`);
  return Prisma.join(parts, " AND ");
}

/**
 * SQL that tells whether an execution can be sent: it has a body, and its action is neither deleted nor off. The rows
 * are joined with `action_configuration AS a`.
 */
export const canBeSentSql = Prisma.sql`(e.input IS NOT NULL AND a.deleted_at IS NULL AND a.disabled_at IS NULL)`;
