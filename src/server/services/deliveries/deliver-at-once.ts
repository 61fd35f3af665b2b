import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { deliverWithoutWake, type DeliveryDependencies } from "./deliver-action";
import type { ActionRef } from "../action-ref";
import { wakeActions, type ActionWake } from "../wakes/wake-actions";

/**
 * How long a matching run waits for its deliveries, ms. Slower deliveries continue in the process, under their leases.
 */
const WAIT_MS = 250;
/** A run delivers at most this many executions of an action at once, and at most so many actions. */
const EXECUTIONS_MAX = 100;
const ACTIONS_MAX = 50;

/**
 * Makes the first attempts of a batch's due executions, if they are few and their endpoints are quick. All other
 * actions get wakes. Such a delivery is a run of the deliverer without a wake: the same claim, the same record. A
 * project has one such run at a time, so that its slow endpoints occupy only one matching run.
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

/**
 * Delivers the due executions of these actions of one project. Until the last request has ended, the project's next
 * batches use wakes.
 */
async function deliverEach(ctx: ServiceContext, tools: DeliveryDependencies, keys: readonly ActionRef[]): Promise<void> {
  const [first] = keys;
  if (!first) return;
  const { projectsAtOnce } = tools;
  projectsAtOnce.add(first.projectId);
  const left: Promise<void>[] = [];
  const goesOn = (work: Promise<void>): void => void left.push(work);
  const all = Promise.allSettled(keys.map((key) => deliverOrWake(ctx, { ...tools, goesOn }, key)))
    .then(() => Promise.allSettled(left))
    .then(() => void projectsAtOnce.delete(first.projectId));
  tools.goesOn(all);
  await all;
}

/** Chooses the actions to deliver at once: those whose wakes are all for now. */
function chooseAtOnce(
  ctx: ServiceContext,
  { quick, projectsAtOnce }: DeliveryDependencies,
  wakes: readonly ActionWake[],
): ActionRef[] {
  const now = ctx.now();
  const byAction = new Map<string, { key: ActionRef; count: number }>();
  const later = new Set<string>();
  for (const { projectId, actionId, dueAt } of wakes) {
    if (projectsAtOnce.has(projectId)) return [];
    if (dueAt > now) later.add(actionId);
    const known = byAction.get(actionId) ?? { key: { projectId, actionId }, count: 0 };
    byAction.set(actionId, { ...known, count: known.count + 1 });
  }
  if (byAction.size > ACTIONS_MAX) return [];
  return [...byAction.values()]
    .filter(
      ({ key: { actionId }, count }) => count <= EXECUTIONS_MAX && !later.has(actionId) && quick.isQuick(actionId),
    )
    .map(({ key }) => key);
}

/** Delivers one action. After a failure it asks for a wake, so that the engine delivers with its retries. */
async function deliverOrWake(ctx: ServiceContext, tools: DeliveryDependencies, key: ActionRef): Promise<void> {
  try {
    await deliverWithoutWake(ctx, tools, { ...key, at: null, claimingMs: WAIT_MS });
  } catch (error) {
    ctx.log.warn({ err: error, actionId: key.actionId }, "a delivery at once failed; the deliverer takes over");
    await wakeActions(ctx, [{ ...key, dueAt: ctx.now() }]);
  }
}
