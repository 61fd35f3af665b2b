import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { listActionHealth, type ActionHealthItem } from "./list-action-health";

/** Each figure counts at most this many executions. */
const COUNTED_MAX = 10_000;
const DAY_MS = 86_400_000;

/**
 * How many executions each lever of an action would change. Levers are what a person can do when an endpoint fails:
 * probe, send now, pause, resend, switch off.
 */
export type ActionLeverEffects = {
  health: ActionHealthItem;
  /** the number of PENDING executions, up to 10,000 */
  waiting: number;
  /** how many of `waiting` are not due yet, because of a delay or a retry */
  notDue: number;
  /** the number of failed executions that were created since `failedSince`, up to 10,000 */
  failed: number;
  /**
   * When the endpoint's failures began. It is 24 hours ago if the endpoint works, the action is off, or a person paused
   * the action.
   */
  failedSince: Date;
  /** the most requests that the action sends in a second; null without a limit */
  maxPerSecond: number | null;
};

export async function countLeverEffects(ctx: ProjectContext, input: { actionId: string }): Promise<ActionLeverEffects> {
  requirePermission(ctx, "project:read");
  const action = await ctx.db.actionConfiguration.findFirst({
    where: { id: input.actionId, projectId: ctx.projectId, deletedAt: null },
    select: { type: true, configuration: true },
  });
  const [health] = await listActionHealth(ctx, { actionIds: [input.actionId] });
  if (!action || !health) throw makeNotFoundError("action");
  const now = ctx.now();
  const failedSince = failureTimeOf(health) ?? new Date(now.getTime() - DAY_MS);
  const [row] = await ctx.db.$queryRaw<{ waiting: number; notDue: number; failed: number }[]>`
    SELECT w.waiting, w.not_due AS "notDue", f.failed FROM (
      SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE due_at > ${now}))::int AS not_due
      FROM (SELECT due_at FROM action_execution WHERE action_id = ${input.actionId} AND status = 'PENDING'
        LIMIT ${COUNTED_MAX}) AS p
    ) AS w, (
      SELECT count(*)::int AS failed
      FROM (SELECT 1 FROM action_execution WHERE action_id = ${input.actionId} AND status = 'ERROR'
        AND created_at >= ${failedSince} LIMIT ${COUNTED_MAX}) AS e
    ) AS f`;
  const read = readStoredConfiguration(action.type, action.configuration);
  const maxPerSecond = read.problem === null ? read.configuration.limits.maxPerSecond : null;
  return { health, ...row!, failedSince, maxPerSecond };
}

const failureTimeOf = ({ word, since, pausedBy }: ActionHealthItem): Date | null =>
  pausedBy === null && (word === "paused" || word === "degraded") ? since : null;
