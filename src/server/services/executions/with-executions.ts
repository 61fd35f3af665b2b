import { userActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import type { LiveMessage } from "@/server/live";
import { projectContextFor, requirePermission, type SignedInUser } from "../access";
import { readExecutionRows, toExecutionListItems, type ExecutionListItem } from "./execution-items";

/** A message for a browser. `executions` holds the new state of every changed execution, as the list shows it. */
export type LiveMessageWithExecutions = Omit<LiveMessage, "executionIds"> & { executions?: ExecutionListItem[] };

/**
 * A stream gets rows at most this often in a second; rows take five queries. Without them the browser loads its list.
 */
const LOADS_A_SECOND = 3;
/** This many messages in a row may have rows, after a quiet time. */
const BURST = 10;

/**
 * Adds the rows of changed executions to a person's messages, with the permissions that the person has now. A message
 * without rows tells the browser to load its list again.
 */
export async function* withExecutions(
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

/** Returns null if the rows cannot be loaded now. The browser's own call then says why. */
async function load(
  ctx: ServiceContext,
  user: SignedInUser,
  { projectId, ids }: { projectId: string; ids: readonly string[] },
): Promise<ExecutionListItem[] | null> {
  try {
    const project = await projectContextFor(ctx, userActor(user), projectId);
    requirePermission(project, "project:read");
    return await toExecutionListItems(project, await readExecutionRows(project, ids));
  } catch (error) {
    ctx.log.debug({ err: error, projectId }, "live stream: rows of changed executions were not loaded");
    return null;
  }
}
