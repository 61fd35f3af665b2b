import type { ProjectContext } from "@/server/context";
import type { Refusal } from "@/server/engine-view";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";

const refusals: Record<Exclude<Refusal, "not found">, string> = {
  "still live": "This run has not ended; cancel it first.",
  completed: "This run has completed; there is nothing to do again.",
  "already ended": "This run has ended already.",
  "function gone": "The function of this run does not exist any more.",
  "events gone": "The events of this run are not kept any more, so it cannot be run again.",
};

function inspector(ctx: ProjectContext) {
  requirePermission(ctx, "engine:read");
  if (ctx.engine.kind === "inngest")
    throw new AppError("CONFLICT", "An Inngest server runs the functions; use its dashboard.");
  return ctx.engine.inspect;
}

const refuse = (refused: Refusal): AppError =>
  refused === "not found" ? notFound("run") : new AppError("CONFLICT", refusals[refused]);

/**
 * Starts a new run with the events of one that has ended. Safe for every function of ours: what is done already is found done.
 * Only runs of the project itself: those that belong to none are the program's own affair.
 */
export async function rerunRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  const outcome = await inspector(ctx).rerun(input.runId, [ctx.projectId]);
  if ("refused" in outcome) throw refuse(outcome.refused);
  await audit(ctx, ctx.db, {
    action: "engine.rerun",
    targetId: outcome.id,
    summary: `Ran the run ${input.runId} again.`,
  });
  return outcome;
}

/** Ends a run that waits or is under way. What an execution still needs is found by the sweeper and sent on its way again. */
export async function cancelRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  const outcome = await inspector(ctx).cancel(input.runId, [ctx.projectId]);
  if (outcome) throw refuse(outcome.refused);
  await audit(ctx, ctx.db, {
    action: "engine.cancel",
    targetId: input.runId,
    summary: `Cancelled the run ${input.runId}.`,
  });
  return { id: input.runId };
}
