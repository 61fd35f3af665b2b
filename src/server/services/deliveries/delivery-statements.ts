import type { ServiceContext } from "@/server/context";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";
import { claimExecutions, type ClaimInput, type ClaimExecutionsResult } from "./claim-executions";
import {
  createEndpointHealthChanger,
  type EndpointHealthChangeInput,
  type EndpointHealthChangeResult,
} from "./endpoint-health-changes";
import { countDueExecutions, type DueExecutionCount } from "./count-due-executions";
import { loadActionsForDelivery, type ActionWithEndpointHealth } from "./load-actions-for-delivery";
import { createBatchedStatement, type BatchedStatement, type BatchRequest } from "./batched-statement";
import type { ProjectWorkQueues } from "./project-work-queues";
import { recordAttempts, type AttemptWithNextStep } from "./record-attempts";

/** A statement that records results takes no further action's results after this many. */
const ATTEMPTS_MAX = 100;

/**
 * The statements of deliveries that actions of a project share. Each statement commits by itself, so no lock is held
 * between them.
 */
export type DeliveryStatements = {
  /** clears the mark of an action's wake, because its run has started */
  markStarted: BatchedStatement<null, void>;
  findDue: BatchedStatement<null, DueExecutionCount>;
  /** loads an action with its secrets and its endpoint's health; null as in `loadActionsForDelivery` */
  load: BatchedStatement<null, ActionWithEndpointHealth | null>;
  changeHealth: BatchedStatement<EndpointHealthChangeInput, EndpointHealthChangeResult>;
  claim: BatchedStatement<ClaimInput, ClaimExecutionsResult>;
  /** records results of attempts; returns ids of the attempts whose results it recorded for the first time */
  record: BatchedStatement<readonly AttemptWithNextStep[], ReadonlySet<string>>;
};

/** @param turns limits how many of these statements run at once for a project */
export function createDeliveryStatements(turns: ProjectWorkQueues): DeliveryStatements {
  const changeHealths = createEndpointHealthChanger();
  return {
    markStarted: createBatchedStatement(turns, async (ctx, projectId, requests) => {
      await markDeliveryRunsStarted(ctx, projectId, idsOf(requests));
      return requests.map(() => undefined);
    }),
    findDue: createBatchedStatement(turns, (ctx, _projectId, requests) => countDueExecutions(ctx, idsOf(requests))),
    load: createBatchedStatement(turns, (ctx, projectId, requests) =>
      loadActionsForDelivery(ctx, projectId, idsOf(requests)),
    ),
    changeHealth: createBatchedStatement(turns, (ctx, _projectId, requests) => changeHealths(ctx, requests), {
      mayRepeat: true,
    }),
    claim: createBatchedStatement(turns, (ctx, projectId, requests) =>
      claimExecutions(
        ctx,
        projectId,
        requests.map(({ ask }) => ask),
      ),
    ),
    record: createBatchedStatement(turns, recordBatch, {
      mayRepeat: true,
      size: { of: (judged) => judged.length, max: ATTEMPTS_MAX },
    }),
  };
}

const idsOf = (requests: readonly BatchRequest<unknown>[]): string[] => requests.map(({ actionId }) => actionId);

async function recordBatch(
  ctx: ServiceContext,
  projectId: string,
  requests: readonly BatchRequest<readonly AttemptWithNextStep[]>[],
): Promise<ReadonlySet<string>[]> {
  const finished = await recordAttempts(
    ctx,
    projectId,
    requests.flatMap(({ ask }) => ask),
  );
  return requests.map(() => finished);
}
