import type { AuditAction } from "@/domain/audit";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Owners, RunRefusal } from "@/server/engine-view";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { auditInstallation } from "../account-audit";
import { audit } from "../audit";

const refusals: Record<Exclude<RunRefusal, "not found">, string> = {
  "still live": "This run has not ended; cancel it first.",
  completed: "This run has completed; there is nothing to do again.",
  "already ended": "This run has ended already.",
  "function gone": "The function of this run does not exist any more.",
  "events gone": "The events of this run are not kept any more, so it cannot be run again.",
};

function inspector(ctx: ServiceContext) {
  if (ctx.engine.kind === "inngest")
    throw new AppError("CONFLICT", "An Inngest server runs the functions; use its dashboard.");
  return ctx.engine.inspect;
}

const refuse = (refused: RunRefusal): AppError =>
  refused === "not found" ? notFound("run") : new AppError("CONFLICT", refusals[refused]);

/** Runs an ended run of the project again: a new run gets the same events. */
export async function rerunRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "engine:read");
  const { id, entry } = await rerun(ctx, [ctx.projectId], input);
  await audit(ctx, ctx.db, entry);
  return { id };
}

/** Cancels a run of the project that waits or is under way. */
export async function cancelRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "engine:read");
  const { id, entry } = await cancel(ctx, [ctx.projectId], input);
  await audit(ctx, ctx.db, entry);
  return { id };
}

/** Runs a run again that may belong to any project, or to none. For an admin of the installation. */
export async function rerunAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await rerun(ctx, null, input);
  await auditInstallation(ctx, ctx.db, entry);
  return { id };
}

export async function cancelAnyRun(ctx: ServiceContext, input: { runId: string }): Promise<{ id: string }> {
  const { id, entry } = await cancel(ctx, null, input);
  await auditInstallation(ctx, ctx.db, entry);
  return { id };
}

type Entry = { action: AuditAction; targetId: string; summary: string };
type Acted = { id: string; entry: Entry };

/** Starts a run again. This is safe for every function of ours: each finds its finished work and does not repeat it. */
async function rerun(ctx: ServiceContext, owners: Owners, { runId }: { runId: string }): Promise<Acted> {
  const outcome = await inspector(ctx).rerun(runId, owners);
  if ("refused" in outcome) throw refuse(outcome.refused);
  const entry: Entry = { action: "engine.rerun", targetId: outcome.id, summary: `Ran the run ${runId} again.` };
  return { id: outcome.id, entry };
}

/** Cancels a run. The next look finds its executions and wakes them again. */
async function cancel(ctx: ServiceContext, owners: Owners, { runId }: { runId: string }): Promise<Acted> {
  const outcome = await inspector(ctx).cancel(runId, owners);
  if (outcome) throw refuse(outcome.refused);
  return { id: runId, entry: { action: "engine.cancel", targetId: runId, summary: `Cancelled the run ${runId}.` } };
}
