import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Owners, RunDetail } from "@/server/engine-for-services";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";

export type RunWithPossibleChanges = RunDetail & { can: { rerun: boolean; cancel: boolean } };

export async function getRun(ctx: ProjectContext, input: { runId: string }): Promise<RunWithPossibleChanges> {
  requirePermission(ctx, "engine:read");
  return getRunOfOwners(ctx, [ctx.projectId], input);
}

/**
 * Returns a run, and whether it can be repeated or cancelled. Only runs of the given owners are found; null means every
 * owner.
 * @throws AppError NOT_FOUND if none of the owners has the run
 */
export async function getRunOfOwners(
  ctx: ServiceContext,
  owners: Owners,
  input: { runId: string },
): Promise<RunWithPossibleChanges> {
  const run = ctx.engine.kind === "embedded" ? await ctx.engine.inspect.run(input.runId, owners) : null;
  if (!run) throw makeNotFoundError("run");
  return { ...run, can: { rerun: run.state === "failed" || run.state === "cancelled", cancel: run.endedAt === null } };
}
