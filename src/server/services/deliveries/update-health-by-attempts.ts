import { applyAttemptsToBreaker, removeProbeFromBreaker } from "@/domain/breaker";
import { returnSlots } from "@/domain/endpoint-pace";
import { cutText } from "@/domain/json/cut-text";
import { updateFaultRecordAfterAttempt, classifyOutcomeForEndpoint } from "@/domain/switch-off";
import type { ServiceContext } from "@/server/context";
import { requestEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import type { DeliveryStatements } from "./delivery-statements";
import {
  readEndpointHealth,
  writeEndpointHealthIfUnchanged,
  type EndpointHealth,
  type EndpointHealthWithRevision,
} from "./endpoint-health";
import type { ProjectWorkQueues } from "./project-work-queues";
import type { AttemptWithNextStep } from "./record-attempts";
import { applyEndpointNotices, type EndpointNotice } from "./apply-endpoint-notices";
import type { ActionRef } from "../action-ref";

const MESSAGE_MAX = 500;

/** Thrown to roll the transaction back: another process has changed the endpoint's health since it was read. */
class ChangedMeanwhile extends Error {}

type HealthTools = { statements: Pick<DeliveryStatements, "changeHealth">; turns: ProjectWorkQueues };

/**
 * Updates an endpoint's health by the results of attempts (breaker, faults, last failure), and frees the slots of these
 * attempts. If the results lead to notices or switch the action off, one transaction writes everything.
 * @param finished ids of the attempts whose results were recorded for the first time; only these change the breaker and
 * the faults
 * @param known the health as the caller read it earlier, to save a query; if it has changed since, it is read again
 */
export async function updateHealthByAttempts(
  ctx: ServiceContext,
  { statements, turns }: HealthTools,
  {
    key,
    judged,
    finished,
    known,
  }: {
    key: ActionRef;
    judged: readonly AttemptWithNextStep[];
    finished: ReadonlySet<string>;
    known: EndpointHealthWithRevision;
  },
): Promise<EndpointHealthWithRevision> {
  // A receiver can switch the action off, by the status 410 Gone or by a response header.
  const asking = judged.find(
    ({ next, result }) => next.result !== "retry" && next.disableAction && finished.has(result.claimed.attemptId),
  );
  const asked = asking ? { reason: asking.next.reason, executionId: asking.result.claimed.id } : null;
  for (;;) {
    const now = ctx.now();
    const { kind, health } = await statements.changeHealth(ctx, key, {
      known,
      change(before) {
        const after = afterResults(before, { judged, finished, now });
        return after.notices.length === 0 && !asked ? after.health : null;
      },
    });
    if (kind === "written") return health;
    if (kind === "refused") {
      const results = { before: health, judged, finished, asked, now };
      const written = await turns.run(key.projectId, () => writeWithNotices(ctx, key, results));
      if (written) return written;
    }
    // Another process has changed the health.
    const read = await turns.run(key.projectId, () => readEndpointHealth(ctx.db, key.actionId));
    if (!read) return known;
    known = read;
  }
}

/**
 * Writes the health of an endpoint after results of attempts, and what its notices lead to. Null if another process
 * changed the health first.
 */
async function writeWithNotices(
  ctx: ServiceContext,
  key: ActionRef,
  {
    before,
    asked,
    ...results
  }: AttemptResults & { before: EndpointHealthWithRevision; asked: { reason: string; executionId: string } | null },
): Promise<EndpointHealthWithRevision | null> {
  const { health, notices } = afterResults(before, results);
  try {
    const { written, jobs } = await ctx.db.$transaction(async (tx) => {
      const started = await applyEndpointNotices(ctx, tx, { owner: key, notices, asked, now: results.now });
      const swapped = await writeEndpointHealthIfUnchanged(tx, key.actionId, { ...health, revision: before.revision });
      if (!swapped) throw new ChangedMeanwhile();
      return { written: swapped, jobs: started };
    });
    await requestEndWaitingExecutionsJob(ctx, jobs);
    return written;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return null;
    throw error;
  }
}

type AttemptResults = { judged: readonly AttemptWithNextStep[]; finished: ReadonlySet<string>; now: Date };

function afterResults(
  before: EndpointHealth,
  { judged, finished, now }: AttemptResults,
): { health: EndpointHealth; notices: EndpointNotice[] } {
  let { breaker, faults, lastFailure } = before;
  const notices: EndpointNotice[] = [];
  const ended = new Map<string, number>();
  for (const { result } of judged) {
    const { claimed, outcome, message } = result;
    ended.set(claimed.leaseToken, (ended.get(claimed.leaseToken) ?? 0) + 1);
    const fault = classifyOutcomeForEndpoint(outcome);
    if (fault === "none" || !finished.has(claimed.attemptId)) {
      breaker = removeProbeFromBreaker(breaker, claimed.leaseToken);
      continue;
    }
    breaker = applyAttemptsToBreaker(breaker, [{ ok: fault === "success", token: claimed.leaseToken }], now.getTime());
    if (fault === "failure") lastFailure = { executionId: claimed.id, message: cutText(message, MESSAGE_MAX) };
    const { failingSince } = faults;
    const after = updateFaultRecordAfterAttempt(faults, fault, now.getTime());
    faults = after.record;
    if (after.notice)
      notices.push({ notice: after.notice, failingSince: date(faults.failingSince ?? failingSince), lastFailure });
  }
  return { health: { breaker, pace: returnSlots(before.pace, ended), faults, lastFailure }, notices };
}

const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
