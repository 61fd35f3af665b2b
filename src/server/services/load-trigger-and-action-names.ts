import type { ProjectContext } from "@/server/context";

export type NamedTriggerOrAction = { id: string; name: string; deleted: boolean };

/**
 * Loads the names of triggers and actions by their ids. Deleted triggers and actions keep their names, because
 * executions still refer to them. An unknown id counts as deleted and stands for the name.
 */
export async function loadTriggerAndActionNames(
  ctx: ProjectContext,
  ids: { triggerIds: readonly string[]; actionIds: readonly string[] },
) {
  const select = { id: true, name: true, deletedAt: true } as const;
  const where = (list: readonly string[]) => ({ projectId: ctx.projectId, id: { in: [...new Set(list)] } });
  const [triggers, actions] = await Promise.all([
    ctx.db.triggerConfiguration.findMany({ where: where(ids.triggerIds), select }),
    ctx.db.actionConfiguration.findMany({ where: where(ids.actionIds), select }),
  ]);
  const index = (rows: { id: string; name: string; deletedAt: Date | null }[]) => {
    const byId = new Map(rows.map((row) => [row.id, { id: row.id, name: row.name, deleted: row.deletedAt !== null }]));
    return (id: string): NamedTriggerOrAction => byId.get(id) ?? { id, name: id, deleted: true };
  };
  return { trigger: index(triggers), action: index(actions) };
}
