import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { cancelRunOfOwners } from "./rerun-or-cancel-run";

/** Cancels a run of the project that waits or is under way. */
export async function cancelRun(ctx: ProjectContext, input: { runId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "engine:read");
  const { id, entry } = await cancelRunOfOwners(ctx, [ctx.projectId], input);
  await writeAuditEntry(ctx, ctx.db, entry);
  return { id };
}
