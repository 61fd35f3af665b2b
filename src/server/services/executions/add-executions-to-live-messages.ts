import { makeUserActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import type { LiveMessage } from "@/server/live";
import { openProjectContext, requirePermission, type SignedInUser } from "../access";
import { readExecutionRows, makeListItemsOfExecutionRows, type ExecutionListItem } from "./execution-items";

/**
 * A live message for a browser. `executions` holds the changed executions as the list shows them; unset if the browser
 * must load its list again.
 */
export type LiveMessageWithExecutions = Omit<LiveMessage, "executionIds"> & { executions?: ExecutionListItem[] };

/**
 * On average a live stream gets executions with at most this many messages a second, because loading them takes five
 * queries.
 */
const LOADS_A_SECOND = 3;
/** After a quiet time, executions are loaded for this many messages in a row. */
const BURST = 10;

/**
 * Adds the changed executions to the live messages of a person, if the person may still read them. A message without
 * executions tells the browser to load its list again.
 */
export async function* addExecutionsToLiveMessages(
  ctx: ServiceContext,
  user: SignedInUser,
  messages: AsyncIterable<LiveMessage>,
): AsyncGenerator<LiveMessageWithExecutions> {
  let left = BURST;
  let filledAt = ctx.now().getTime();
  for await (const { executionIds, ...message } of messages) {
    const now = ctx.now().getTime();
    left = Math.min(BURST, left + ((now - filledAt) / 1_000) * LOADS_A_SECOND);
    filledAt = now;
    if (executionIds === undefined || left < 1) {
      yield message;
      continue;
    }
    left -= 1;
    const executions = await load(ctx, user, { projectId: message.projectId, ids: executionIds });
    yield executions ? { ...message, executions } : message;
  }
}

/** Loads changed executions as list items. Null if that fails; the browser then loads its list and shows the error. */
async function load(
  ctx: ServiceContext,
  user: SignedInUser,
  { projectId, ids }: { projectId: string; ids: readonly string[] },
): Promise<ExecutionListItem[] | null> {
  try {
    const project = await openProjectContext(ctx, makeUserActor(user), projectId);
    requirePermission(project, "project:read");
    return await makeListItemsOfExecutionRows(project, await readExecutionRows(project, ids));
  } catch (error) {
    ctx.log.debug({ err: error, projectId }, "live stream: rows of changed executions were not loaded");
    return null;
  }
}
