import type { ProjectContext } from "@/server/context";
import type { LiveMessage } from "@/server/live";
import { requirePermission, type SignedInUser } from "./access";
import { liveMessages } from "./live-messages";

/** Streams the changes in one project, as `liveMessages` does. */
export function liveProjectMessages(
  ctx: ProjectContext,
  user: SignedInUser,
  signal: AbortSignal,
): AsyncGenerator<LiveMessage> {
  requirePermission(ctx, "project:read");
  return liveMessages(ctx, user, { projectId: ctx.projectId, signal });
}
