import type { ProjectLimits } from "@/env";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";

type Counted = Exclude<keyof ProjectLimits, "regexes">;

const names: Record<keyof ProjectLimits, { many: string; variable: string; toDo: string }> = {
  triggers: { many: "triggers", variable: "PROJECT_TRIGGERS_MAX", toDo: "Delete one that is not needed" },
  regexes: {
    many: "different regular expressions in its triggers",
    variable: "PROJECT_REGEXES_MAX",
    toDo: "Use one that another trigger has, or a condition without one",
  },
  actions: { many: "actions", variable: "PROJECT_ACTIONS_MAX", toDo: "Delete one that is not needed" },
  eventKeys: { many: "event keys", variable: "PROJECT_EVENT_KEYS_MAX", toDo: "Revoke one that is not needed" },
  invitations: { many: "open invitations", variable: "PROJECT_INVITATIONS_MAX", toDo: "Revoke one that is not needed" },
};

const counts: Record<Counted, (ctx: ProjectContext, tx: DatabaseOrTransaction) => Promise<number>> = {
  triggers: ({ projectId }, tx) => tx.triggerConfiguration.count({ where: { projectId, deletedAt: null } }),
  actions: ({ projectId }, tx) => tx.actionConfiguration.count({ where: { projectId, deletedAt: null } }),
  eventKeys: ({ projectId }, tx) => tx.eventKey.count({ where: { projectId, revokedAt: null } }),
  invitations: ({ projectId, now }, tx) =>
    tx.accessLink.count({
      where: { projectId, kind: "INVITATION", usedAt: null, revokedAt: null, expiresAt: { gt: now() } },
    }),
};

/**
 * Checks that a project has fewer triggers, actions, event keys or open invitations than the operator's limit. It locks
 * the project until the commit, so that two transactions cannot both take the last place.
 * @throws AppError CONFLICT if the limit is reached
 */
export async function requireProjectBelowLimit(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  what: Counted,
): Promise<void> {
  const max = ctx.env.projectLimits[what];
  await lockProject(ctx, tx);
  if ((await counts[what](ctx, tx)) >= max) throw full(what, max);
}

/**
 * Checks that a project's triggers have at most the allowed number of different regular expressions, with the given
 * ones added. A change that does not raise the number is always allowed.
 * @param triggerId the trigger that is changed; its stored expressions do not count
 * @throws AppError CONFLICT at the field `filter`
 */
export async function requireRegexesBelowLimit(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { sources, triggerId = "" }: { sources: readonly string[]; triggerId?: string },
): Promise<void> {
  if (sources.length === 0) return;
  const max = ctx.env.projectLimits.regexes;
  await lockProject(ctx, tx);
  const [row] = await tx.$queryRaw<{ before: number; after: number }[]>`
    WITH used AS (
      SELECT t.id, found.value #>> '{}' AS source FROM trigger_configuration AS t,
        jsonb_path_query(t.filter, '$.** ? (@.operator == "matches").value') AS found(value)
      WHERE t.project_id = ${ctx.projectId} AND t.deleted_at IS NULL
    )
    SELECT (SELECT count(DISTINCT source) FROM used)::int AS before,
      (SELECT count(*) FROM (SELECT source FROM used WHERE id <> ${triggerId}
        UNION SELECT unnest(${[...sources]}::text[])) AS kept)::int AS after`;
  if (row && row.after > max && row.after > row.before) throw full("regexes", max, "filter");
}

const lockProject = (ctx: ProjectContext, tx: DatabaseOrTransaction): Promise<unknown> =>
  tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;

function full(what: keyof ProjectLimits, max: number, field?: string): AppError {
  const { many, variable, toDo } = names[what];
  const message =
    `This project may have ${max.toLocaleString("en")} ${many}, and would have more. ` +
    `${toDo}, or ask the operator to raise ${variable}.`;
  return new AppError("CONFLICT", message, field ? { fields: { [field]: message } } : {});
}
