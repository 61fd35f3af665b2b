import type { ServiceContext } from "@/server/context";
import { seenEvents } from "./action-creation/load";
import type { BatchEvent } from "./action-creation/types";
import { writeRejected } from "./action-creation/write";
import type { RefusedEvent } from "./events";

/** Keeps events that the functions do not take as rejected events, each once. */
export async function keepRefusedEvents(ctx: ServiceContext, refused: readonly RefusedEvent[]): Promise<void> {
  for (const projectId of new Set(refused.map((event) => event.projectId))) {
    const ofProject = refused.filter((event) => event.projectId === projectId);
    await writeRejected(ctx.db, projectId, ofProject, ctx.now());
  }
}

/**
 * Keeps events as rejected events, for the project's admins to see and to send again. Those that a try did apply, and
 * those that are kept already, are left as they are.
 * @returns how many are kept
 */
export async function keepUnprocessedEvents(
  ctx: ServiceContext,
  input: { projectId: string; events: readonly BatchEvent[]; reason: string },
): Promise<number> {
  const { projectId, events, reason } = input;
  const applied = await seenEvents(
    ctx.db,
    projectId,
    events.map(({ id }) => id),
  );
  const lost = events.filter(({ id }) => !applied.has(id));
  if (lost.length > 0)
    ctx.log.error({ projectId, events: lost.length, reason }, "events were rejected after all tries");
  await writeRejected(
    ctx.db,
    projectId,
    lost.map((event) => ({ event, reason })),
    ctx.now(),
  );
  return lost.length;
}
