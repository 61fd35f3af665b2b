import type { ProjectContext } from "@/server/context";
import type { LiveMessage } from "@/server/live";
import { requirePermission, type SignedInUser } from "./access";
import { streamLiveMessages } from "./stream-live-messages";

/** Streams messages about changes in one project to a browser, by `streamLiveMessages`. */
export function streamLiveProjectMessages(
  ctx: ProjectContext,
  user: SignedInUser,
  signal: AbortSignal,
): AsyncGenerator<LiveMessage> {
  requirePermission(ctx, "project:read");
  return streamLiveMessages(ctx, user, { projectId: ctx.projectId, signal });
}
