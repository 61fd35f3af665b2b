import { breakerAfterAttempts, breakerWithoutProbe } from "@/domain/breaker";
import { returnSlots } from "@/domain/endpoint-pace";
import { faultRecordAfterAttempt, faultOfOutcome } from "@/domain/switch-off";
import type { ServiceContext } from "@/server/context";
import { requestEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import {
  readEndpointHealth,
  writeEndpointHealthIfUnchanged,
  type EndpointHealth,
  type EndpointHealthWithRevision,
} from "./endpoint-health";
import type { AttemptWithNextStep } from "./record-attempts";
import { applyEndpointNotices, type EndpointNotice } from "./apply-endpoint-notices";
import type { ActionRef } from "../action-ref";

const MESSAGE_MAX = 500;

/** Thrown to roll the transaction back: another process has changed the endpoint's health since it was read. */
class ChangedMeanwhile extends Error {}

/**
 * Updates an endpoint's health by the results of attempts (breaker, faults, last failure), and frees the slots of these
 * attempts. If the results lead to notices or switch the action off, one transaction writes everything.
 * @param finished ids of the attempts whose results were recorded for the first time; only these change the breaker and
 * the faults
 * @param known the health as the caller read it earlier, to save a query; if it has changed since, it is read again
 */
export async function updateHealthByAttempts(
  ctx: ServiceContext,
  key: ActionRef,
  {
    judged,
    finished,
    known,
  }: { judged: readonly AttemptWithNextStep[]; finished: ReadonlySet<string>; known: EndpointHealthWithRevision },
): Promise<EndpointHealthWithRevision> {
  // A receiver can switch the action off, by the status 410 Gone or by a response header.
  const asking = judged.find(
    ({ next, result }) => next.result !== "retry" && next.disableAction && finished.has(result.claimed.attemptId),
  );
  const asked = asking ? { reason: asking.next.reason, executionId: asking.result.claimed.id } : null;
  for (
    let before: EndpointHealthWithRevision | null = known;
    ;
    before = await readEndpointHealth(ctx.db, key.actionId)
  ) {
    if (!before) return known;
    const now = ctx.now();
    const { health, notices } = afterResults(before, { judged, finished, now });
    const next = { ...health, revision: before.revision };
    if (notices.length === 0 && !asked) {
      const written = await writeEndpointHealthIfUnchanged(ctx.db, key.actionId, next);
      if (written) return written;
      continue;
    }
    try {
      const { written, jobs } = await ctx.db.$transaction(async (tx) => {
        const started = await applyEndpointNotices(ctx, tx, { owner: key, notices, asked, now });
        const swapped = await writeEndpointHealthIfUnchanged(tx, key.actionId, next);
        if (!swapped) throw new ChangedMeanwhile();
        return { written: swapped, jobs: started };
      });
      await requestEndWaitingExecutionsJob(ctx, jobs);
      return written;
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
    }
  }
}

function afterResults(
  before: EndpointHealth,
  { judged, finished, now }: { judged: readonly AttemptWithNextStep[]; finished: ReadonlySet<string>; now: Date },
): { health: EndpointHealth; notices: EndpointNotice[] } {
  let { breaker, faults, lastFailure } = before;
  const notices: EndpointNotice[] = [];
  const ended = new Map<string, number>();
  for (const { result } of judged) {
    const { claimed, outcome, message } = result;
    ended.set(claimed.leaseToken, (ended.get(claimed.leaseToken) ?? 0) + 1);
    const fault = faultOfOutcome(outcome);
    if (fault === "none" || !finished.has(claimed.attemptId)) {
      breaker = breakerWithoutProbe(breaker, claimed.leaseToken);
      continue;
    }
    breaker = breakerAfterAttempts(breaker, [{ ok: fault === "success", token: claimed.leaseToken }], now.getTime());
    if (fault === "failure") lastFailure = { executionId: claimed.id, message: message.slice(0, MESSAGE_MAX) };
    const { failingSince } = faults;
    const after = faultRecordAfterAttempt(faults, fault, now.getTime());
    faults = after.record;
    if (after.notice)
      notices.push({ notice: after.notice, failingSince: date(faults.failingSince ?? failingSince), lastFailure });
  }
  return { health: { breaker, pace: returnSlots(before.pace, ended), faults, lastFailure }, notices };
}

const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
