import type { ServiceContext } from "@/server/context";
import { createDeliveryStatements } from "@/server/services/deliveries/delivery-statements";
import { createHeldClaims } from "@/server/services/deliveries/held-claims";
import { createProjectWorkQueues } from "@/server/services/deliveries/project-work-queues";
import { deliverAction, type DeliveryDependencies } from "@/server/services/deliveries/deliver-action";
import { createEndpointLatencies } from "@/server/services/deliveries/endpoint-latencies";
import { createRequestPlaces } from "@/server/services/deliveries/request-places";

let leases = 0;
/** Makes a lease token of a process that holds no lock, which counts as dead. */
export const testLeaseToken = (): string => `1:test-${++leases}`;

/**
 * Makes what the deliverer shares between the runs of one process. `goesOn` collects in `left` the requests that a run
 * leaves on the wire.
 */
export function testDelivery(): DeliveryDependencies & {
  goesOn: (work: Promise<void>) => void;
  left: Promise<void>[];
} {
  const left: Promise<void>[] = [];
  const turns = createProjectWorkQueues();
  return {
    claims: createHeldClaims({ processNumber: 1, leaseToken: testLeaseToken }),
    places: createRequestPlaces(256),
    quick: createEndpointLatencies(),
    turns,
    statements: createDeliveryStatements(turns),
    projectsAtOnce: new Set(),
    goesOn: (work) => void left.push(work),
    left,
  };
}

/**
 * Runs an action's deliverer once, and waits for the requests that it leaves on the wire. @returns the number of
 * attempts that the run reports
 */
export async function deliverOnce(ctx: ServiceContext, actionId: string, at: number | null = null): Promise<number> {
  const { projectId } = await ctx.db.actionConfiguration.findUniqueOrThrow({ where: { id: actionId } });
  const delivery = testDelivery();
  const { attempts } = await deliverAction(ctx, delivery, { projectId, actionId, at });
  await Promise.all(delivery.left);
  return attempts;
}

/**
 * Delivers the due executions of each action, run after run, until a round makes no attempt. @returns the number of
 * attempts
 */
export async function deliverAll(ctx: ServiceContext, where: { projectId?: string } = {}): Promise<number> {
  let all = 0;
  for (;;) {
    const waiting = await ctx.db.actionExecution.findMany({
      where: { ...where, status: "PENDING", dueAt: { lte: ctx.now() } },
      distinct: ["actionId"],
      select: { actionId: true },
    });
    let attempts = 0;
    for (const { actionId } of waiting) attempts += await deliverOnce(ctx, actionId);
    if (attempts === 0) return all;
    all += attempts;
  }
}
