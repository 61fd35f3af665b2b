import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { notFoundError } from "@/server/errors";

export async function lockActionRow(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { actionId, deletedToo = false }: { actionId: string; deletedToo?: boolean },
) {
  await tx.$queryRaw`SELECT 1 FROM action_configuration
    WHERE id = ${actionId} AND project_id = ${ctx.projectId} FOR NO KEY UPDATE`;
  const row = await tx.actionConfiguration.findFirst({
    where: { id: actionId, projectId: ctx.projectId, ...(deletedToo ? {} : { deletedAt: null }) },
    select: { id: true, name: true, type: true, configuration: true, version: true, disabledAt: true },
  });
  if (!row) throw notFoundError("action");
  return row;
}
