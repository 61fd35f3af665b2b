import type { AuditAction } from "@/domain/audit";
import type { ServiceContext } from "@/server/context";
import type { Owners, RerunOrCancelRefusal } from "@/server/engine-for-services";
import { AppError, makeNotFoundError } from "@/server/errors";

const refusals: Record<Exclude<RerunOrCancelRefusal, "not found">, string> = {
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

const refuse = (refused: RerunOrCancelRefusal): AppError =>
  refused === "not found" ? makeNotFoundError("run") : new AppError("CONFLICT", refusals[refused]);

type Entry = { action: AuditAction; targetId: string; summary: string };
type Acted = { id: string; entry: Entry };

/**
 * Starts a failed or cancelled run of one of the owners again. All functions allow that: a repeated run finds the work
 * that is done and does not repeat it.
 */
export async function rerunRunOfOwners(
  ctx: ServiceContext,
  owners: Owners,
  { runId }: { runId: string },
): Promise<Acted> {
  const outcome = await inspector(ctx).rerun(runId, owners);
  if ("refused" in outcome) throw refuse(outcome.refused);
  const entry: Entry = { action: "engine.rerun", targetId: outcome.id, summary: `Ran the run ${runId} again.` };
  return { id: outcome.id, entry };
}

/**
 * Cancels a run of one of the owners. If the run had executions to deliver, LostWorkWatch soon starts another run for
 * them.
 */
export async function cancelRunOfOwners(
  ctx: ServiceContext,
  owners: Owners,
  { runId }: { runId: string },
): Promise<Acted> {
  const outcome = await inspector(ctx).cancel(runId, owners);
  if (outcome) throw refuse(outcome.refused);
  return { id: runId, entry: { action: "engine.cancel", targetId: runId, summary: `Cancelled the run ${runId}.` } };
}
