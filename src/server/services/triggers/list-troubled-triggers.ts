import type { ProjectContext } from "@/server/context";
import { readRecentTriggerErrors } from "./recent-trigger-errors";

const SHOWN_MAX = 10;

/** A trigger that is on and could not evaluate events of the last hour, with the reason. */
export type TroubledTrigger = { id: string; name: string; problem: string };

/** Lists up to 10 triggers of a project that are on and could not evaluate events of the last hour. */
export async function listTroubledTriggers(ctx: ProjectContext): Promise<TroubledTrigger[]> {
  const triggers = await ctx.db.triggerConfiguration.findMany({
    where: { projectId: ctx.projectId, deletedAt: null, status: "ACTIVE" },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, name: true, version: true },
  });
  const errors = await readRecentTriggerErrors(ctx, triggers);
  return triggers
    .flatMap(({ id, name }) => (errors.has(id) ? [{ id, name, problem: errors.get(id)! }] : []))
    .slice(0, SHOWN_MAX);
}
