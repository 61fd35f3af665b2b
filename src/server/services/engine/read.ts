import type { ProjectContext, ServiceContext } from "@/server/context";
import type { FunctionStatus, RunDetail, RunListItem, RunState } from "@/server/engine-view";
import { notFound } from "@/server/errors";
import { requirePermission } from "../access";

export type EngineOverview =
  | { kind: "inngest"; dashboardUrl: string }
  | { kind: "embedded"; state: string; message: string | null; backlog: number | null; functions: FunctionStatus[] };

export type ListRunsInput = {
  functionId?: string | undefined;
  state?: RunState | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

const PAGE_SIZE = 50;

/** Runs of the project, and those that belong to none (sweeps, pruning), which every admin may see. */
const ownersOf = (ctx: ProjectContext): string[] => [ctx.projectId, ""];

/** The engine in use; of the embedded one its functions with counts, which are those of the whole installation. */
export async function engineOverview(ctx: ServiceContext): Promise<EngineOverview> {
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { state, message, backlog } = engine.health();
  return {
    kind: "embedded",
    state,
    message: message ?? null,
    backlog: backlog ?? null,
    functions: (await engine.status()).functions,
  };
}

export async function getEngine(ctx: ProjectContext): Promise<EngineOverview> {
  requirePermission(ctx, "engine:read");
  return engineOverview(ctx);
}

/** Runs of the embedded engine, the newest first; none where an Inngest server has them. */
export async function listRuns(
  ctx: ProjectContext,
  input: ListRunsInput,
): Promise<{ items: RunListItem[]; nextCursor: string | null }> {
  requirePermission(ctx, "engine:read");
  if (ctx.engine.kind === "inngest") return { items: [], nextCursor: null };
  return ctx.engine.inspect.runs({ ...input, owners: ownersOf(ctx), limit: input.limit ?? PAGE_SIZE });
}

export type RunView = RunDetail & { can: { rerun: boolean; cancel: boolean } };

export async function getRun(ctx: ProjectContext, input: { runId: string }): Promise<RunView> {
  requirePermission(ctx, "engine:read");
  const run = ctx.engine.kind === "embedded" ? await ctx.engine.inspect.run(input.runId, ownersOf(ctx)) : null;
  if (!run) throw notFound("run");
  return { ...run, can: { rerun: run.state === "failed" || run.state === "cancelled", cancel: run.endedAt === null } };
}
