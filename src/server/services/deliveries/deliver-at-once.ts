import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { deliverWithoutWake, type DeliveryDependencies } from "./deliver-action";
import type { ActionRef } from "../action-ref";
import { wakeActions, type ActionWake } from "../wakes/wake-actions";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

/**
 * How long a delivery at once goes on claiming executions, ms. The function that matches events waits for the delivery
 * at most as long; slower requests go on in the process.
 */
const WAIT_MS = 250;
/**
 * An action with more new executions than this gets a wake. If new executions belong to more actions than this, all
 * these actions get wakes.
 */
const EXECUTIONS_MAX = 100;
const ACTIONS_MAX = 50;

/**
 * Delivers new executions right after their events were matched, without the delay of a wake. It does so for actions
 * with a quick endpoint and at most 100 new executions, all due now. All other actions get a wake, and so do all
 * actions of a batch that concerns more than 50. A project has one such delivery at a time, so that its slow endpoints
 * hold up only one matching run.
 */
export async function deliverAtOnce(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  wakes: readonly ActionWake[],
): Promise<void> {
  const atOnce = chooseAtOnce(ctx, tools, wakes);
  const delivered = deliverEach(ctx, tools, atOnce);
  const chosen = new Set(atOnce.map(({ actionId }) => actionId));
  await wakeActions(
    ctx,
    wakes.filter(({ actionId }) => !chosen.has(actionId)),
  );
  await Promise.race([delivered, wait(WAIT_MS, undefined, { ref: false })]);
}

/** @property dueCount the action's new executions, all of them due now */
type DeliveryAtOnce = ActionRef & { dueCount: number };

/**
 * Delivers the due executions of some actions of one project. Until the last request has ended, later batches of the
 * project use wakes.
 */
async function deliverEach(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  deliveries: readonly DeliveryAtOnce[],
): Promise<void> {
  const [first] = deliveries;
  if (!first) return;
  const { projectsAtOnce } = tools;
  projectsAtOnce.add(first.projectId);
  const left: Promise<void>[] = [];
  const goesOn = (work: Promise<void>): void => void left.push(work);
  const all = Promise.allSettled(deliveries.map((each) => deliverOrWake(ctx, { ...tools, goesOn }, each)))
    .then(() => Promise.allSettled(left))
    .then(() => void projectsAtOnce.delete(first.projectId));
  tools.goesOn(all);
  await all;
}

/**
 * Chooses the actions to deliver without a wake: their new executions are few and all due now, and their endpoints are
 * quick. Returns none if the project already has such a delivery, or if the batch concerns more than 50 actions.
 */
function chooseAtOnce(
  ctx: ServiceContext,
  { quick, projectsAtOnce }: DeliveryDependencies,
  wakes: readonly ActionWake[],
): DeliveryAtOnce[] {
  const now = ctx.now();
  const byAction = new Map<string, DeliveryAtOnce>();
  const later = new Set<string>();
  for (const { projectId, actionId, dueAt } of wakes) {
    if (projectsAtOnce.has(projectId)) return [];
    if (dueAt > now) later.add(actionId);
    const count = byAction.get(actionId)?.dueCount ?? 0;
    byAction.set(actionId, { projectId, actionId, dueCount: count + 1 });
  }
  if (byAction.size > ACTIONS_MAX) return [];
  return [...byAction.values()].filter(
    ({ actionId, dueCount }) => dueCount <= EXECUTIONS_MAX && !later.has(actionId) && quick.isQuick(actionId),
  );
}

/**
 * Delivers the due executions of one action without a wake. If that fails, it asks for a wake, and the engine runs the
 * delivery with retries.
 */
async function deliverOrWake(
  ctx: ServiceContext,
  tools: DeliveryDependencies,
  { dueCount, ...key }: DeliveryAtOnce,
): Promise<void> {
  try {
    await deliverWithoutWake(ctx, tools, { ...key, at: null, dueCount, claimingMs: WAIT_MS });
  } catch (error) {
    warnOnceAMinute(
      ctx.log,
      { err: error, actionId: key.actionId },
      "a delivery at once failed; the deliverer takes over",
    );
    await wakeActions(ctx, [{ ...key, dueAt: ctx.now() }]);
  }
}
