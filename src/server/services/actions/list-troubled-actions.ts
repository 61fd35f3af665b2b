import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

const SHOWN_MAX = 5;

/** An action that is on and whose endpoint keeps failing, or that the program switched off. */
export type TroubledAction = {
  id: string;
  name: string;
  state: "failing" | "off";
  /** the time of the first failure after the last success; if the action is off, the time when it was switched off */
  since: Date;
  reason: string;
  /** the execution that failed last; null if it is not known */
  lastFailureExecutionId: string | null;
};

/**
 * Lists up to 5 actions of a project whose endpoints fail, the latest trouble first: members got a warning, or the
 * program switched the action off.
 */
export async function listTroubledActions(ctx: ProjectContext): Promise<TroubledAction[]> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.$queryRaw<
    (Omit<TroubledAction, "state" | "reason"> & { disabledReason: string | null; message: string | null })[]
  >`
    SELECT a.id, a.name, a.disabled_reason AS "disabledReason", h.last_failure_message AS message,
      h.last_failure_execution_id AS "lastFailureExecutionId",
      coalesce(a.disabled_at, h.failing_since) AS since
    FROM action_health h JOIN action_configuration a ON a.id = h.action_id
    WHERE h.project_id = ${ctx.projectId} AND a.deleted_at IS NULL AND h.failing_since IS NOT NULL
      AND (a.disabled_by_program OR (a.disabled_at IS NULL AND h.warnings > 0))
    ORDER BY since DESC LIMIT ${SHOWN_MAX}`;
  return rows.map(({ disabledReason, message, ...row }) => ({
    ...row,
    state: disabledReason === null ? "failing" : "off",
    reason:
      disabledReason ??
      `Its endpoint keeps failing: ${message ?? ""} After 5 days without a success it is switched off.`,
  }));
}
