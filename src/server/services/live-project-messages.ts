import type { ProjectContext } from "@/server/context";
import type { LiveMessage } from "@/server/live";
import { requirePermission, type SignedInUser } from "./access";
import { liveMessages } from "./live-messages";

/** Streams messages about changes in one project to a browser, by `liveMessages`. */
export function liveProjectMessages(
  ctx: ProjectContext,
  user: SignedInUser,
  signal: AbortSignal,
): AsyncGenerator<LiveMessage> {
  requirePermission(ctx, "project:read");
  return liveMessages(ctx, user, { projectId: ctx.projectId, signal });
}
