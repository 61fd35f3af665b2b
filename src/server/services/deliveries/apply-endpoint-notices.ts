import type { EndpointFaultNotice } from "@/domain/switch-off";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { makeSystemProjectContext } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { storeEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import type { JobRunRequest } from "../jobs/request-job-runs";
import { queueOperationalNotice } from "../notices/queue-operational-notice";
import type { EndpointHealth } from "./endpoint-health";
import type { ActionRef } from "../action-ref";

/** A notice about an endpoint that fails, recovered or failed for too long, with the last failure. */
export type EndpointNotice = {
  notice: EndpointFaultNotice;
  failingSince: Date | null;
  lastFailure: EndpointHealth["lastFailure"];
};

/**
 * Acts on the notices that the last attempts of an endpoint led to. It switches the action off if its endpoint has
 * failed for too many days or its receiver asked for that. It also writes each notice for the project's operational
 * webhook. If the action is off already, it writes no notice about switching it off.
 * @param asked how the receiver asked to switch the action off, by the status 410 or a header; null if it did not ask
 * @returns jobs that end the waiting executions of switched-off actions; the caller starts the jobs after the commit
 */
export async function applyEndpointNotices(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  {
    owner,
    notices,
    asked,
    now,
  }: {
    owner: ActionRef;
    notices: readonly EndpointNotice[];
    asked: { reason: string; executionId: string } | null;
    now: Date;
  },
): Promise<JobRunRequest[]> {
  const jobs: JobRunRequest[] = [];
  const off = async (reason: string): Promise<boolean> => {
    const job = await switchOff(ctx, tx, { ...owner, reason, now });
    if (job) jobs.push(job);
    return job !== null;
  };
  for (const { notice, failingSince, lastFailure } of notices) {
    if (notice.type === "off") {
      const reason = `Switched off by itself: its endpoint has not succeeded for ${notice.days} days.`;
      if (await off(reason))
        await queueOperationalNotice(ctx, tx, {
          ...owner,
          facts: { type: "endpoint.disabled", reason, failingSince, lastFailure },
          now,
        });
    } else if (notice.type === "failing") {
      ctx.live.touch(owner.projectId, "actions");
      const reason =
        `The endpoint has not succeeded for ${notice.days === 1 ? "a day" : `${notice.days} days`}. ` +
        "After 5 days its action is switched off.";
      await queueOperationalNotice(ctx, tx, {
        ...owner,
        facts: { type: "endpoint.failing", reason, failingSince, lastFailure },
        now,
      });
    } else {
      ctx.live.touch(owner.projectId, "actions");
      await queueOperationalNotice(ctx, tx, {
        ...owner,
        facts: { type: "endpoint.recovered", reason: "The endpoint succeeds again.", failingSince, lastFailure },
        now,
      });
    }
  }
  if (asked && (await off(asked.reason))) {
    await queueOperationalNotice(ctx, tx, {
      ...owner,
      facts: {
        type: "endpoint.disabled",
        reason: asked.reason,
        failingSince: null,
        lastFailure: { executionId: asked.executionId, message: asked.reason },
      },
      now,
    });
  }
  return jobs;
}

/**
 * Switches an action off. Returns the job that will end the action's waiting executions; null if the action was off
 * already.
 */
async function switchOff(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  { projectId, actionId, reason, now }: ActionRef & { reason: string; now: Date },
): Promise<JobRunRequest | null> {
  const { count } = await tx.actionConfiguration.updateMany({
    where: { id: actionId, disabledAt: null },
    data: { disabledAt: now, disabledReason: reason, disabledByProgram: true },
  });
  if (count === 0) return null;
  const system = makeSystemProjectContext(ctx, projectId);
  const { job } = await storeEndWaitingExecutionsJob(system, tx, { of: "action", id: actionId, why: "off", at: now });
  await writeAuditEntry(system, tx, { action: "action.disable", targetId: actionId, summary: reason });
  ctx.live.touch(projectId, "actions");
  ctx.log.warn({ actionId, reason }, "an action was switched off");
  return job;
}
