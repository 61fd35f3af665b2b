import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import type { BulkJobFilter, BulkJobKind } from "./bulk-job-params";
import { makeBulkJobExecutionsSql } from "./bulk-job-executions-sql";

const COUNTED_MAX = 100_000;

export type BulkExecutionCount = {
  /** the number of executions that the filter selects, counted up to 100,000 */
  executions: number;
  capped: boolean;
  /** the number of selected executions that the job would change */
  sendable: number;
  /** how many selected executions cannot be sent, by reason; all 0 for a cancel */
  refused: { noBody: number; actionDeleted: number; actionOff: number };
  /** the time of the count; a job that is started with this time leaves out executions created or changed later */
  asOf: Date;
};

export type CountBulkExecutionsInput = { kind: BulkJobKind; filter: BulkJobFilter; asOf?: Date | undefined };

/** Counts the executions that a bulk job would select and change, so that a person can confirm it. */
export async function countBulkExecutions(
  ctx: ProjectContext,
  { kind, filter, asOf }: CountBulkExecutionsInput,
): Promise<BulkExecutionCount> {
  requirePermission(ctx, "execution:act");
  const [row] = await ctx.db.$queryRaw<
    { executions: number; noBody: number; actionDeleted: number; actionOff: number }[]
  >`
    SELECT count(*)::int AS executions,
      (count(*) FILTER (WHERE deleted))::int AS "actionDeleted",
      (count(*) FILTER (WHERE NOT deleted AND off))::int AS "actionOff",
      (count(*) FILTER (WHERE NOT deleted AND NOT off AND empty))::int AS "noBody"
    FROM (SELECT a.deleted_at IS NOT NULL AS deleted, a.disabled_at IS NOT NULL AS off, e.input IS NULL AS empty
      FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
        WHERE ${await makeBulkJobExecutionsSql(ctx, { kind, filter, asOf })}
      LIMIT ${Prisma.raw(String(COUNTED_MAX))}) AS found`;
  const { executions, ...counted } = row!;
  const refused = kind === "cancel" ? { noBody: 0, actionDeleted: 0, actionOff: 0 } : counted;
  return {
    executions,
    capped: executions >= COUNTED_MAX,
    sendable: executions - refused.noBody - refused.actionDeleted - refused.actionOff,
    refused,
    asOf: asOf ?? ctx.now(),
  };
}
