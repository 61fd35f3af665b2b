import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { systemProjectContext } from "../access";
import { audit } from "../audit";
import { skipWaiting } from "../executions/end-waiting";
import { writeNotice } from "../notices/write";
import type { EndpointNotice, Owner } from "./endpoint";

/** What was skipped stays, and can be replayed once the action is on again. */
const SKIPPED = "Skipped: its action was switched off while it waited.";

/**
 * Does what the faults of an endpoint call for: a warning, or switching its action off, and tells the project's operational
 * webhook. In the transaction that records the faults.
 * @param asked the receiver asked for it: 410 Gone, or a header
 */
export async function act(
  tx: Queryable,
  ctx: ServiceContext,
  owner: Owner,
  notices: readonly EndpointNotice[],
  asked: { reason: string; executionId: string } | null,
  now: Date,
): Promise<void> {
  for (const { notice, failingSince, lastFailure } of notices) {
    if (notice.type === "off") {
      const reason = `Switched off by itself: its endpoint has not succeeded for ${notice.days} days.`;
      if (await switchOff(tx, ctx, owner, reason, now))
        await writeNotice(tx, ctx, owner, { type: "endpoint.disabled", reason, failingSince, lastFailure }, now);
    } else if (notice.type === "failing") {
      ctx.live.touch(owner.projectId, "actions");
      const reason = `The endpoint has not succeeded for ${notice.days === 1 ? "a day" : `${notice.days} days`}. After 5 days its action is switched off.`;
      await writeNotice(tx, ctx, owner, { type: "endpoint.failing", reason, failingSince, lastFailure }, now);
    } else {
      ctx.live.touch(owner.projectId, "actions");
      await writeNotice(
        tx,
        ctx,
        owner,
        { type: "endpoint.recovered", reason: "The endpoint succeeds again.", failingSince, lastFailure },
        now,
      );
    }
  }
  if (asked && (await switchOff(tx, ctx, owner, asked.reason, now))) {
    await writeNotice(
      tx,
      ctx,
      owner,
      {
        type: "endpoint.disabled",
        reason: asked.reason,
        failingSince: null,
        lastFailure: { executionId: asked.executionId, message: asked.reason },
      },
      now,
    );
  }
}

/** Whether it was on. */
async function switchOff(
  tx: Queryable,
  ctx: ServiceContext,
  { projectId, actionId }: Owner,
  reason: string,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.actionConfiguration.updateMany({
    where: { id: actionId, disabledAt: null },
    data: { disabledAt: now, disabledReason: reason },
  });
  if (count === 0) return false;
  const system = systemProjectContext(ctx, projectId);
  // Runs of theirs that sleep find out when they wake.
  await skipWaiting(system, tx, actionId, SKIPPED);
  await audit(system, tx, { action: "action.disable", targetId: actionId, summary: reason });
  ctx.live.touch(projectId, "actions");
  ctx.log.warn({ actionId, reason }, "an action was switched off");
  return true;
}
