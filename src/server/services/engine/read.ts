import type { ProjectContext, ServiceContext } from "@/server/context";
import type { FunctionStatus, Owners, RunDetail, RunListItem, RunState } from "@/server/engine-view";
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

/** Returns the engine in use with all its functions, for admins of the installation and for monitoring. */
export async function engineOverview(ctx: ServiceContext): Promise<EngineOverview> {
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { state, message, backlog } = engine.health();
  return {
    kind: "embedded",
    state,
    message: message ?? null,
    backlog: backlog ?? null,
    functions: (await engine.status(null)).functions,
  };
}

/** Returns the state of the engine in use, and the work of its functions for this project. */
export async function getEngine(ctx: ProjectContext): Promise<EngineOverview> {
  requirePermission(ctx, "engine:read");
  const { engine } = ctx;
  if (engine.kind === "inngest") return engine;
  const { functions } = await engine.status(ctx.projectId);
  // Only admins of the installation may see the program's whole backlog and its faults.
  return {
    kind: "embedded",
    state: engine.health().state,
    message: null,
    backlog: null,
    functions: functions.filter((fn) => !isOfInstallation(fn)),
  };
}

/** Tells whether a function runs for no project, by the clock: sweeps and clean-ups. */
const isOfInstallation = ({ options }: FunctionStatus): boolean =>
  JSON.stringify(options.triggers ?? []).includes('"cron"');

/** Lists runs of the embedded engine, newest first. The list is empty if an Inngest server has the runs. */
export async function listRuns(ctx: ProjectContext, input: ListRunsInput): Promise<RunPage> {
  requirePermission(ctx, "engine:read");
  return runsOf(ctx, [ctx.projectId], input);
}

export async function runsOf(ctx: ServiceContext, owners: Owners, input: ListRunsInput): Promise<RunPage> {
  if (ctx.engine.kind === "inngest") return { items: [], nextCursor: null };
  return ctx.engine.inspect.runs({ ...input, owners, limit: input.limit ?? PAGE_SIZE });
}

type RunPage = { items: RunListItem[]; nextCursor: string | null };
export type RunView = RunDetail & { can: { rerun: boolean; cancel: boolean } };

export async function getRun(ctx: ProjectContext, input: { runId: string }): Promise<RunView> {
  requirePermission(ctx, "engine:read");
  return runOf(ctx, [ctx.projectId], input);
}

/** Returns a run of one of these owners. @throws AppError NOT_FOUND if none of them has the run */
export async function runOf(ctx: ServiceContext, owners: Owners, input: { runId: string }): Promise<RunView> {
  const run = ctx.engine.kind === "embedded" ? await ctx.engine.inspect.run(input.runId, owners) : null;
  if (!run) throw notFound("run");
  return { ...run, can: { rerun: run.state === "failed" || run.state === "cancelled", cancel: run.endedAt === null } };
}
