import type { ParsedConfiguration } from "@/domain/action/action-type";
import { computeHmacSha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { describeActionTypeUnavailability } from "./senders/action-type-unavailability";
import { requireSenderOf } from "./senders/registry";
import type { ClaimedExecution, ActionForDelivery, PreparedMessageOrProblem } from "./types";

/**
 * Makes the message of one attempt from the action's current configuration and secrets. So executions made before a
 * correction of the URL go to the corrected URL.
 * @param item the execution and its attempt; the receiver gets `traceparent` to continue the trace
 */
export function makeMessageOfAttempt(
  ctx: ServiceContext,
  action: ActionForDelivery,
  {
    item,
    body,
  }: { item: Pick<ClaimedExecution, "id" | "triggerId" | "number" | "depth" | "traceparent">; body: string },
): PreparedMessageOrProblem {
  const read = readActionConfiguration(action);
  if (read.problem !== null) return unusable(read.problem);
  const off = describeActionTypeUnavailability(ctx, read.configuration.type);
  if (off !== null) return { ok: false, outcome: { kind: "error", code: "switched_off" }, problem: off };
  const secrets = action.secrets ?? [];
  try {
    const message = read.configuration.message({
      decrypt: action.decrypt,
      hmacSha256: computeHmacSha256,
      secrets,
      executionId: item.id,
      triggerId: item.triggerId,
      attempt: item.number,
      depth: item.depth + 1,
      timestamp: ctx.now(),
      traceparent: item.traceparent,
      body,
    });
    const sender = requireSenderOf(message);
    const shown = { ...sender.describe(message, { isWhole: false }), actionVersion: action.version };
    return { ok: true, message, sender, shown, from: { projectId: action.projectId, isDemo: action.isDemo, secrets } };
  } catch (error) {
    return unusable(`The message could not be made: ${(error as Error).message}`);
  }
}

/**
 * Describes where an action's messages go, with the action's version; or the problem why it can send none. An attempt's
 * row holds this description until its request is recorded.
 */
export function describeMessageTarget(ctx: ServiceContext, action: ActionForDelivery): Record<string, unknown> {
  const prepared = makeMessageOfAttempt(ctx, action, {
    item: { id: "", triggerId: "", number: 1, depth: 0, traceparent: null },
    body: "",
  });
  if (!prepared.ok) return { problem: prepared.problem };
  const { shown } = prepared;
  return "url" in shown ? { method: shown.method, url: shown.url, actionVersion: shown.actionVersion } : shown;
}

/**
 * Returns the configuration of an action, or the problem why it cannot be used. Signing secrets that cannot be
 * decrypted are a problem too.
 */
export const readActionConfiguration = (action: ActionForDelivery): ParsedConfiguration =>
  action.secrets === null
    ? { problem: "A signing secret of the action cannot be decrypted with the present ENCRYPTION_KEY. Rotate it." }
    : action.configuration;

const unusable = (problem: string): PreparedMessageOrProblem & { ok: false } => ({
  ok: false,
  outcome: { kind: "error", code: "invalid_configuration" },
  problem,
});
