import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { makeNotFoundError } from "@/server/errors";

export async function lockExecution(ctx: ProjectContext, tx: DatabaseOrTransaction, executionId: string) {
  await tx.$queryRaw`SELECT 1 FROM action_execution WHERE id = ${executionId} AND project_id = ${ctx.projectId}
    FOR UPDATE`;
  const row = await tx.actionExecution.findFirst({
    where: { id: executionId, projectId: ctx.projectId },
    select: {
      id: true,
      status: true,
      attemptCount: true,
      actionId: true,
      cancelRequestedAt: true,
      input: true,
    },
  });
  if (!row) throw makeNotFoundError("execution");
  return row;
}
