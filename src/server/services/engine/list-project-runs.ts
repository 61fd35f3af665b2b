import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Owners, RunListItem, RunState } from "@/server/engine-for-services";
import { requirePermission } from "../access";

export type ListEngineRunsInput = {
  functionId?: string | undefined;
  state?: RunState | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

const PAGE_SIZE = 50;

/**
 * Lists the project's runs in the embedded engine, newest first. The list is empty if an Inngest server runs the
 * functions.
 */
export async function listProjectRuns(ctx: ProjectContext, input: ListEngineRunsInput): Promise<RunPage> {
  requirePermission(ctx, "engine:read");
  return listRunsVisibleToOwners(ctx, [ctx.projectId], input);
}

export async function listRunsVisibleToOwners(
  ctx: ServiceContext,
  owners: Owners,
  input: ListEngineRunsInput,
): Promise<RunPage> {
  if (ctx.engine.kind === "inngest") return { items: [], nextCursor: null };
  return ctx.engine.inspect.runs({ ...input, owners, limit: input.limit ?? PAGE_SIZE });
}

type RunPage = { items: RunListItem[]; nextCursor: string | null };
